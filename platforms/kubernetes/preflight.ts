import { setTimeout as sleep } from "node:timers/promises";
import type { AuthorizationV1Api, CoreV1Api, StorageV1Api, V1Node } from "@kubernetes/client-node";
import { explainCall } from "./callFailure";
import type { Cluster } from "./kubeconfig";

export interface ProbeArgs {
  readonly namespace: string;
  /** Whether an `up` makes claims of its own, for what daemons need before they start. */
  readonly makesClaims: boolean;
  readonly createNamespace: boolean;
  /** Namespaces that have to be there already. */
  readonly given: readonly string[];
  /** The cluster's default class if absent. */
  readonly storageClass?: string | undefined;
  /** Labels of the nodes of each host, keyed by the host's name. */
  readonly hosts: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Seconds in which a cluster has to answer. */
const ANSWER_SECONDS = 15;

/** The verbs with which an `up` and a `destroy` work on objects of these kinds. */
const VERBS = ["get", "create", "patch", "delete"];
const KINDS: readonly (readonly [group: string, resource: string])[] = [
  ["", "configmaps"],
  ["", "secrets"],
  ["", "services"],
  ["", "serviceaccounts"],
  ["apps", "statefulsets"],
  ["networking.k8s.io", "networkpolicies"],
  ["rbac.authorization.k8s.io", "roles"],
  ["rbac.authorization.k8s.io", "rolebindings"],
];
const CLAIMS = ["", "persistentvolumeclaims"] as const;
/** The verbs on pods with which an `up` tries whether an image can be pulled (platforms/kubernetes/images.ts). */
const TRIALS = ["create", "delete"];
/** The kinds of objects that an `up` lists to see what becomes of the pods. */
const LOOKS: readonly (readonly [group: string, resource: string])[] = [
  ["", "pods"],
  ["", "events"],
  ["apps", "statefulsets"],
];

/** Looks at a cluster. Returns everything that keeps a stack from being deployed there; empty if nothing does. */
export async function probeCluster(cluster: Cluster, args: ProbeArgs): Promise<string[]> {
  const { AuthorizationV1Api, CoreV1Api, StorageV1Api, VersionApi } = await import("@kubernetes/client-node");
  const { config, description } = cluster;
  try {
    await withinSeconds(ANSWER_SECONDS, config.makeApiClient(VersionApi).getCode());
  } catch (error) {
    return [`${description} does not answer: ${explainCall(error)} Nothing was changed.`];
  }
  const core = config.makeApiClient(CoreV1Api);
  const found = await Promise.all([
    missingRights(config.makeApiClient(AuthorizationV1Api), args),
    missingNamespaces(core, args),
    missingStorage(config.makeApiClient(StorageV1Api), args),
    missingNodes(core, args),
  ]).catch((error: unknown) => [[`cannot be looked at: ${explainCall(error)} Nothing was changed.`]]);
  return found.flat().map((problem) => `${description}: ${problem}`);
}

/** The outcome of `work`; rejects if it takes longer. */
export async function withinSeconds<T>(seconds: number, work: Promise<T>): Promise<T> {
  const end = new AbortController();
  const late = sleep(seconds * 1000, undefined, { signal: end.signal }).then(() => {
    throw new Error(`no answer in ${seconds} s`);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    end.abort();
    late.catch(() => undefined);
  }
}

async function missingRights(
  api: AuthorizationV1Api,
  { namespace, createNamespace, makesClaims }: ProbeArgs,
): Promise<string[]> {
  const inNamespace = [...KINDS, ...(makesClaims ? [CLAIMS] : [])].flatMap(([group, resource]) =>
    VERBS.map((verb) => ({ group, resource, verb, namespace })),
  );
  const trials = TRIALS.map((verb) => ({ group: "", resource: "pods", verb, namespace }));
  const looks = LOOKS.map(([group, resource]) => ({ group, resource, verb: "list", namespace }));
  const namespaces = createNamespace
    ? [{ group: "", resource: "namespaces", verb: "patch", name: namespace }]
    : [];
  const asked = [...inNamespace, ...trials, ...looks, ...namespaces];
  const refused = await Promise.all(
    asked.map(async (resourceAttributes) => {
      const body = { spec: { resourceAttributes } };
      const { status } = await api.createSelfSubjectAccessReview({ body });
      const { verb, group, resource } = resourceAttributes;
      return status?.allowed === true ? [] : [`${verb} ${resource}${group === "" ? "" : `.${group}`}`];
    }),
  );
  const missing = refused.flat();
  if (missing.length === 0) return [];
  return [
    `its user may not ${missing.join(", ")} in namespace ${namespace}; grant a role with them, or take another context`,
  ];
}

async function missingNamespaces(core: CoreV1Api, { given }: ProbeArgs): Promise<string[]> {
  const problems = await Promise.all(
    given.map(async (name) => {
      const isThere = await exists(core.readNamespace({ name }));
      return isThere ? [] : [`there is no namespace ${name}; make it, or leave it to createNamespace`];
    }),
  );
  return problems.flat();
}

async function missingStorage(api: StorageV1Api, { storageClass }: ProbeArgs): Promise<string[]> {
  const classes = await ifAllowed(api.listStorageClass());
  if (classes === undefined) return [];
  const names = classes.items.map(({ metadata }) => metadata?.name ?? "");
  const listed = names.length === 0 ? "it has none" : `it has ${names.join(", ")}`;
  if (storageClass !== undefined) {
    if (names.includes(storageClass)) return [];
    return [
      `there is no storage class ${storageClass}, which dokomodo:kubernetes.storageClass names; ${listed}`,
    ];
  }
  const isDefault = classes.items.some(
    ({ metadata }) => metadata?.annotations?.["storageclass.kubernetes.io/is-default-class"] === "true",
  );
  if (isDefault) return [];
  return [`it has no default storage class; state dokomodo:kubernetes.storageClass; ${listed}`];
}

async function missingNodes(core: CoreV1Api, { hosts }: ProbeArgs): Promise<string[]> {
  const nodes = await ifAllowed(core.listNode());
  if (nodes === undefined) return [];
  const names = nodes.items.map(({ metadata }) => metadata?.name ?? "");
  return Object.entries(hosts).flatMap(([host, wanted]) => {
    if (nodes.items.some((node) => hasLabels(node, wanted))) return [];
    const labels = Object.entries(wanted).map(([label, value]) => `${label}=${value}`);
    return [
      `no node has ${labels.join(" and ")}, as host ${host} wants it; its nodes are ${names.join(", ")}. A host's name is its node's unless the host states \`nodes\``,
    ];
  });
}

/** Whether a node has these labels. */
export function hasLabels({ metadata }: V1Node, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(labels).every(([label, value]) => metadata?.labels?.[label] === value);
}

/** The answer to a call; undefined if the cluster's user may not make it, which is no reason not to deploy. */
export async function ifAllowed<T>(call: Promise<T>): Promise<T | undefined> {
  return call.catch((error: unknown) => {
    if (codeOf(error) === 403) return undefined;
    throw error;
  });
}

/** Whether an object is there. Also true if the cluster's user may not look, because it may be there then. */
async function exists(call: Promise<unknown>): Promise<boolean> {
  return call.then(
    () => true,
    (error: unknown) => {
      if (codeOf(error) === 404) return false;
      if (codeOf(error) === 403) return true;
      throw error;
    },
  );
}

function codeOf(error: unknown): unknown {
  return Object(error).code;
}
