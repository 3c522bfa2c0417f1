import { z } from "zod";
import { allowedUses } from "./uses";

export const subjectShape = z.strictObject({
  commonName: z.string().optional(),
  organization: z.string().optional(),
  organizationalUnit: z.string().optional(),
  streetAddresses: z.array(z.string()).optional(),
  locality: z.string().optional(),
  province: z.string().optional(),
  country: z.string().optional(),
  postalCode: z.string().optional(),
  serialNumber: z.string().optional(),
  emailAddress: z.string().optional(),
});

export const requestedNames = {
  subject: subjectShape.optional(),
  dnsNames: z.array(z.string()).optional(),
  ipAddresses: z.array(z.union([z.ipv4(), z.ipv6()])).optional(),
  uris: z.array(z.string()).optional(),
};

export type RequestedNames = z.output<z.ZodObject<typeof requestedNames>>;

/** The inputs that self-signed and locally signed certificates share. */
export const certificateTerms = {
  validityPeriodHours: z.number().min(0),
  earlyRenewalHours: z.number().min(0).default(0),
  allowedUses: z.array(
    z
      .string()
      .refine((use) => allowedUses.has(use), { error: `must be one of ${[...allowedUses].join(", ")}` }),
  ),
  isCaCertificate: z.boolean().default(false),
  maxPathLength: z.int().min(-1).optional(),
  setSubjectKeyId: z.boolean().default(false),
};
