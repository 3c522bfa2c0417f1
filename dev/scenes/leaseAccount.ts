/** A service account, and the verbs that it may use on a Lease. */
export interface LeaseAccountArgs {
  readonly namespace: string;
  readonly lease: string;
  readonly name: string;
  readonly verbs: readonly ("get" | "create" | "update")[];
}

/** The service account with its role. RBAC cannot restrict `create` to a name, so that verb holds for every Lease. */
export function leaseAccount({ namespace, lease, name, verbs }: LeaseAccountArgs): object[] {
  const metadata = { name, namespace };
  const account = { apiVersion: "v1", kind: "ServiceAccount", metadata };
  const leases = { apiGroups: ["coordination.k8s.io"], resources: ["leases"] };
  const named = verbs.filter((verb) => verb !== "create");
  const rules = [
    ...(named.length > 0 ? [{ ...leases, verbs: named, resourceNames: [lease] }] : []),
    ...(verbs.includes("create") ? [{ ...leases, verbs: ["create"] }] : []),
  ];
  const apiGroup = "rbac.authorization.k8s.io";
  const subjects = [{ kind: "ServiceAccount", name, namespace }];
  return [
    account,
    { apiVersion: `${apiGroup}/v1`, kind: "Role", metadata, rules },
    {
      apiVersion: `${apiGroup}/v1`,
      kind: "RoleBinding",
      metadata,
      roleRef: { apiGroup, kind: "Role", name },
      subjects,
    },
  ];
}
