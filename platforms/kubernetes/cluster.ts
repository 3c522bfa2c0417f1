import { NamespacePatch } from "@pulumi/kubernetes/core/v1/namespacePatch";
import { Secret } from "@pulumi/kubernetes/core/v1/secret";
import type { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { loginConfig, type RegistryLogin } from "../registryLogin";

/**
 * The Pod Security Standard that all pods keep unless they take host ports (docs/internals/engines.md, the restricted
 * standard).
 */
const RESTRICTED = "restricted";

type Labels = Readonly<Record<string, string>>;

/**
 * Makes the namespace, or takes over one that an earlier stack left. It is a patch resource, so the namespace stays
 * when the stack is destroyed (docs/internals/pulumi.md, patch resources). The claims of the chains' volumes are in it.
 */
export function createNamespace(
  name: string,
  { labels, isRestricted }: { readonly labels: Labels; readonly isRestricted: boolean },
  provider: Provider,
): pulumi.Output<string> {
  const standard = (mode: string) => [`pod-security.kubernetes.io/${mode}`, RESTRICTED] as const;
  const enforced = isRestricted ? Object.fromEntries([standard("enforce")]) : {};
  const told = Object.fromEntries([standard("warn"), standard("audit")]);
  const namespace = new NamespacePatch(
    name,
    { metadata: { name, labels: { ...labels, ...enforced, ...told } } },
    { provider },
  );
  return namespace.metadata.name;
}

/**
 * Makes the Secret with which images are pulled. Its name is fixed, because a new name would replace every pod whenever
 * a password changes.
 * @returns the Secret's name
 */
export function createLogins(
  name: string,
  {
    namespace,
    labels,
    registries,
  }: {
    readonly namespace: pulumi.Input<string>;
    readonly labels: Labels;
    readonly registries: readonly RegistryLogin[];
  },
  provider: Provider,
): pulumi.Output<string> {
  const secret = new Secret(
    "registries",
    {
      metadata: { name, namespace, labels },
      type: "kubernetes.io/dockerconfigjson",
      stringData: { ".dockerconfigjson": pulumi.secret(loginConfig(registries)) },
    },
    { provider, deleteBeforeReplace: true },
  );
  return secret.metadata.name;
}
