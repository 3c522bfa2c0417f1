import { NamespacePatch } from "@pulumi/kubernetes/core/v1/namespacePatch";
import { Secret } from "@pulumi/kubernetes/core/v1/secret";
import type { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { loginConfig, type RegistryLogin } from "../registryLogin";

/** The Pod Security Standard that everything here keeps; host ports are beyond it. */
const RESTRICTED = "restricted";

type Labels = Readonly<Record<string, string>>;

/**
 * Makes the namespace, or takes over one that an earlier stack left. It stays when the stack is destroyed, because the
 * claims of the chains' volumes are in it.
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
 * Makes the Secret with which images are pulled. It keeps its name, because another name would be another pod for every
 * daemon whenever a password changes.
 * @returns its name
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
