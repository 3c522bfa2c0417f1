import { z } from "zod";

/** Keys that a host has on every platform. */
export const hostSchema = z.object({
  /** A part of container names and of names on the network. */
  name: z
    .string()
    .regex(
      /^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$/,
      "a DNS label: lower-case letters, digits and -, at most 32 characters",
    ),
  /** The stack's own where it is not stated. */
  platform: z.string().optional(),
  /** Where other machines reach the host. */
  address: z.ipv4("an IPv4 address").optional(),
  /** The host's own address that published ports are bound to. */
  listen: z.ipv4("an IPv4 address").default("0.0.0.0"),
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
