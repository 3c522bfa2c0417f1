/** A kind of object, and what of it cannot change in place. */
export interface Kind {
  /** Such as kubernetes:apps/v1:StatefulSet. */
  readonly token: string;
  readonly apiVersion: string;
  readonly kind: string;
  /** Where the API server has its objects: the collection's name in a path. */
  readonly plural: string;
  readonly namespaced: boolean;
  /** Fields whose change needs a new object (pulumi-kubernetes, provider/diff.go). */
  readonly fixed: readonly string[];
  /** Takes some fields of an object that may be another's, by server-side apply, and leaves it on delete. */
  readonly patch: boolean;
}

interface Row {
  readonly module: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced?: boolean;
  readonly fixed?: readonly string[];
}

const rows: readonly Row[] = [
  { module: "core/v1", kind: "ConfigMap", plural: "configmaps" },
  { module: "core/v1", kind: "LimitRange", plural: "limitranges" },
  { module: "core/v1", kind: "Namespace", plural: "namespaces", namespaced: false },
  {
    module: "core/v1",
    kind: "PersistentVolumeClaim",
    plural: "persistentvolumeclaims",
    fixed: ["spec.accessModes", "spec.selector", "spec.storageClassName", "spec.volumeName"],
  },
  { module: "core/v1", kind: "ResourceQuota", plural: "resourcequotas", fixed: ["spec.scopes"] },
  { module: "core/v1", kind: "Secret", plural: "secrets", fixed: ["type"] },
  { module: "core/v1", kind: "Service", plural: "services", fixed: ["spec.clusterIP"] },
  { module: "core/v1", kind: "ServiceAccount", plural: "serviceaccounts" },
  { module: "apps/v1", kind: "Deployment", plural: "deployments", fixed: ["spec.selector"] },
  {
    module: "apps/v1",
    kind: "StatefulSet",
    plural: "statefulsets",
    fixed: [
      "spec.podManagementPolicy",
      "spec.revisionHistoryLimit",
      "spec.selector",
      "spec.serviceName",
      "spec.volumeClaimTemplates",
    ],
  },
  { module: "coordination.k8s.io/v1", kind: "Lease", plural: "leases" },
  { module: "networking.k8s.io/v1", kind: "NetworkPolicy", plural: "networkpolicies" },
  { module: "policy/v1", kind: "PodDisruptionBudget", plural: "poddisruptionbudgets" },
  { module: "rbac.authorization.k8s.io/v1", kind: "Role", plural: "roles" },
  { module: "rbac.authorization.k8s.io/v1", kind: "RoleBinding", plural: "rolebindings", fixed: ["roleRef"] },
];

/** The kinds of objects there are resources for, each also as a patch of an object that is there. */
export const kinds: readonly Kind[] = rows.flatMap(
  ({ module, kind, plural, namespaced = true, fixed = [] }) =>
    [false, true].map((patch) => ({
      token: `kubernetes:${module}:${kind}${patch ? "Patch" : ""}`,
      apiVersion: module.replace("core/", ""),
      kind,
      plural,
      namespaced,
      fixed,
      patch,
    })),
);

/** The path of the kind's objects, or of one of them. */
export function pathOf({ apiVersion, plural, namespaced }: Kind, namespace: string, name?: string): string {
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const within = namespaced ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  return `${root}${within}/${plural}${name === undefined ? "" : `/${encodeURIComponent(name)}`}`;
}

export function describe({ kind }: Pick<Kind, "kind">, namespace: string, name: string): string {
  return namespace === "" ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
}
