import { z } from "zod";
import { PLATFORMS } from "../platforms";

/** A resource of an exported state. It names the fields that forgetHost looks at. All others are passed on. */
const resource = z.looseObject({
  urn: z.string(),
  type: z.string(),
  id: z.string().optional(),
  parent: z.string().optional(),
  provider: z.string().optional(),
  dependencies: z.array(z.string()).optional(),
  propertyDependencies: z.record(z.string(), z.array(z.string()).nullable()).optional(),
});

function isHostProvider(type: string): boolean {
  return PLATFORMS.some(({ hostProvider }) => hostProvider === type);
}

/** What `pulumi stack export` prints. */
export const exportedState = z.looseObject({
  deployment: z.looseObject({ resources: z.array(resource).optional() }),
});
export type ExportedState = z.infer<typeof exportedState>;

/**
 * The state without a host's provider, and without everything that was made through it.
 * Passwords, keys and certificates stay, so that the chains come up with the same ones elsewhere.
 */
export function forgetHost(
  state: ExportedState,
  host: string,
): { readonly state: ExportedState; readonly forgotten: readonly string[] } {
  const resources = state.deployment.resources ?? [];
  const providers = resources.filter(({ type, urn }) => isHostProvider(type) && urn.endsWith(`::${host}`));
  // A provider's reference is its URN and its id, joined by `::` (docs/internals/pulumi.md, a provider's reference).
  const references = new Set(providers.map(({ urn, id }) => `${urn}::${id ?? ""}`));
  const gone = new Set([
    ...providers.map(({ urn }) => urn),
    ...resources
      .filter(({ provider }) => provider !== undefined && references.has(provider))
      .map(({ urn }) => urn),
  ]);
  const known = (urns: readonly string[]) => urns.filter((urn) => !gone.has(urn));
  const kept = resources
    .filter(({ urn }) => !gone.has(urn))
    .map((one) => ({
      ...one,
      dependencies: one.dependencies && known(one.dependencies),
      propertyDependencies:
        one.propertyDependencies &&
        Object.fromEntries(
          Object.entries(one.propertyDependencies).map(([key, urns]) => [key, known(urns ?? [])]),
        ),
    }));
  return {
    state: { ...state, deployment: { ...state.deployment, resources: kept } },
    forgotten: [...gone],
  };
}
