/** A kind of object, and which of its fields cannot change in place. */
export interface Kind {
  /** Such as kubernetes:apps/v1:StatefulSet. */
  readonly token: string;
  readonly apiVersion: string;
  readonly kind: string;
  /** Name of the kind's collection in the API server's paths. */
  readonly plural: string;
  readonly namespaced: boolean;
  /** Fields whose change needs a new object (pulumi-kubernetes, provider/diff.go). */
  readonly fixed: readonly string[];
  /** Whether the resource only owns some fields of an object. It sets them by server-side apply and never deletes the object. */
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

/** The kinds that have resources. Each kind also has a resource that patches an existing object. */
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

/** The API server's path of all objects of a kind in a namespace, or of one of them. */
export function pathOf({ apiVersion, plural, namespaced }: Kind, namespace: string, name?: string): string {
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const within = namespaced ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  return `${root}${within}/${plural}${name === undefined ? "" : `/${encodeURIComponent(name)}`}`;
}

export function describe({ kind }: Pick<Kind, "kind">, namespace: string, name: string): string {
  return namespace === "" ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
}
