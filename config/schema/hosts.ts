import { z } from "zod";
import { PLATFORMS, USUAL_PLATFORM } from "../../platforms";
import { hostSchema, type StatedHost } from "../../platforms/host";

/** The name of a platform. */
export const platform = z.enum(PLATFORMS.map(({ name }) => name));

const platformHostKeys: Readonly<Record<string, z.ZodType>> = Object.assign(
  {},
  ...PLATFORMS.map(({ hostKeys }) => hostKeys),
);

/**
 * A host may state the keys of all platforms. Those of others are for when it is on another platform again, and nobody
 * looks at them.
 */
const anyHostSchema = z.strictObject({
  ...platformHostKeys,
  ...hostSchema.shape,
  platform: platform
    .optional()
    .describe(
      "The platform that the host is on. Where it is absent, the host is on that of `dokomodo:platform`.",
    ),
});

export const hostsSchema = z
  .array(anyHostSchema)
  .min(1)
  .describe("The machines that the stack's workloads run on (docs/guide/hosts.md), or nodes of a cluster.");

/** Gives each host the platform of the stack where it states none. */
export function withPlatform(
  hosts: z.output<typeof hostsSchema>,
  usual: string | undefined = USUAL_PLATFORM,
): StatedHost[] {
  return hosts.map((host) => ({ ...host, platform: host.platform ?? usual }));
}

/** Keys of a stack's config that only a platform understands. */
export const platformSettings: Readonly<Record<string, z.ZodType>> = Object.assign(
  {},
  ...PLATFORMS.map(({ settings }) => settings),
);
