import { z } from "zod";

/** Keys that a host has on every platform. */
export const hostSchema = z.object({
  name: z
    .string()
    .regex(
      /^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$/,
      "a DNS label: lower-case letters, digits and -, at most 32 characters",
    )
    .describe("The host's name. Notaries place their chains by it, and gateways are named after it."),
  /** Its description is where the names of all platforms are known (config/schema/hosts.ts). */
  platform: z.string().optional(),
  address: z
    .ipv4("an IPv4 address")
    .optional()
    .describe(
      "The IPv4 address at which other machines reach the host. It is required where another host or an operator calls a workload on this one. It is also required on Iguana's host, unless the notary states an address of its own.",
    ),
  listen: z
    .ipv4("an IPv4 address")
    .default("0.0.0.0")
    .describe(
      "The host's own IPv4 address to which published ports are bound. `0.0.0.0` means all of its addresses.",
    ),
});

/** A host as the stack's config states it. What only its platform understands is among its other keys. */
export interface StatedHost {
  readonly name: string;
  /** Name of its platform. */
  readonly platform: string;
  readonly address?: string | undefined;
  readonly listen: string;
  readonly [key: string]: unknown;
}
