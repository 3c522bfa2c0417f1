/** What the restricted Pod Security Standard asks of a container. */
const RESTRICTED = {
  runAsNonRoot: true,
  runAsUser: 1000,
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  seccompProfile: { type: "RuntimeDefault" },
};

export interface PodArgs {
  readonly namespace: string;
  readonly name: string;
  readonly image: string;
  /** Of its one container, `main`. */
  readonly command: readonly string[];
  /** More of that container. */
  readonly container?: object;
  /** More of the pod's spec. */
  readonly spec?: object;
}

/** A pod of the restricted standard, with the label `app` that is its name. */
export function podOf({ namespace, name, image, command, container = {}, spec = {} }: PodArgs): object {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace, labels: { app: name } },
    spec: { ...podSpecOf(image, command, container), ...spec },
  };
}

/** The spec of such a pod; `more` is of its container. */
export function podSpecOf(image: string, command: readonly string[], more: object = {}) {
  const container = {
    name: "main",
    image,
    imagePullPolicy: "IfNotPresent",
    command,
    securityContext: RESTRICTED,
  };
  return { automountServiceAccountToken: false, containers: [{ ...container, ...more }] };
}

/** A Service without an address of its own, for the pods whose label `app` is its name. */
export function headlessService(namespace: string, name: string, port: number): object {
  const spec = { clusterIP: "None", selector: { app: name }, ports: [{ port }] };
  return { apiVersion: "v1", kind: "Service", metadata: { name, namespace }, spec };
}

export interface PolicyArgs {
  readonly namespace: string;
  readonly name: string;
  /** Label of the pods that it is about. */
  readonly app: string;
  readonly ingress?: readonly object[];
  readonly egress?: readonly object[];
}

/** A NetworkPolicy of the directions that have rules, be they none. */
export function policyOf({ namespace, name, app, ingress, egress }: PolicyArgs): object {
  const rules = {
    ...(ingress === undefined ? {} : { ingress }),
    ...(egress === undefined ? {} : { egress }),
  };
  const policyTypes = [
    ...(ingress === undefined ? [] : ["Ingress"]),
    ...(egress === undefined ? [] : ["Egress"]),
  ];
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name, namespace },
    spec: { podSelector: { matchLabels: { app } }, policyTypes, ...rules },
  };
}
