import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount";
import { Role } from "@pulumi/kubernetes/rbac/v1/role";
import { RoleBinding } from "@pulumi/kubernetes/rbac/v1/roleBinding";
import type * as pulumi from "@pulumi/pulumi";
import type { ContainerArgs } from "../platform";

const GROUP = "rbac.authorization.k8s.io";

export interface LeaseAccountArgs {
  readonly namespace: pulumi.Input<string>;
  readonly labels: Readonly<Record<string, string>>;
  readonly containers: readonly ContainerArgs[];
}

/**
 * Makes the account of a workload that keeps a lease object; undefined for any other workload. The account may do
 * nothing else, but the right to create an object cannot be bound to a name, so it may create other lease objects too
 * (docs/internals/engines.md, leases).
 */
export function createLeaseAccount(
  name: string,
  { namespace, labels, containers }: LeaseAccountArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> | undefined {
  const lease = containers.find((container) => container.lease !== undefined)?.lease;
  if (lease === undefined) return undefined;
  const leases = { apiGroups: ["coordination.k8s.io"], resources: ["leases"] };
  const metadata = { name, namespace: lease.namespace, labels };
  const account = new ServiceAccount(
    name,
    { metadata: { name, namespace, labels }, automountServiceAccountToken: false },
    opts,
  );
  new Role(
    name,
    {
      metadata,
      rules: [
        { ...leases, verbs: ["create"] },
        { ...leases, verbs: ["get", "update"], resourceNames: [lease.name] },
      ],
    },
    opts,
  );
  new RoleBinding(
    name,
    {
      metadata,
      roleRef: { apiGroup: GROUP, kind: "Role", name },
      subjects: [{ kind: "ServiceAccount", name, namespace }],
    },
    opts,
  );
  return account.metadata.name;
}
