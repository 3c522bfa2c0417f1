/** The settings that the restricted Pod Security Standard requires of a container. */
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
  /** Command of its only container, `main`. */
  readonly command: readonly string[];
  /** Further fields of that container. */
  readonly container?: object;
  /** Further fields of the pod's spec. */
  readonly spec?: object;
}

/** A pod that meets the restricted standard. Its label `app` is its name. */
export function podOf({ namespace, name, image, command, container = {}, spec = {} }: PodArgs): object {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace, labels: { app: name } },
    spec: { ...podSpecOf(image, command, container), ...spec },
  };
}

/** The spec of such a pod. `more` has further fields of its container. */
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

/** A headless Service for the pods whose label `app` is its name. */
export function headlessService(namespace: string, name: string, port: number): object {
  const spec = { clusterIP: "None", selector: { app: name }, ports: [{ port }] };
  return { apiVersion: "v1", kind: "Service", metadata: { name, namespace }, spec };
}

export interface PolicyArgs {
  readonly namespace: string;
  readonly name: string;
  /** Label `app` of the pods that it selects. */
  readonly app: string;
  readonly ingress?: readonly object[];
  readonly egress?: readonly object[];
}

/** A NetworkPolicy for each direction that is stated. An empty list of rules forbids all traffic in that direction. */
export function policyOf({ namespace, name, app, ingress, egress }: PolicyArgs): object {
  const policyTypes = [
    ...(ingress === undefined ? [] : ["Ingress"]),
    ...(egress === undefined ? [] : ["Egress"]),
  ];
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name, namespace },
    spec: { podSelector: { matchLabels: { app } }, policyTypes, ingress, egress },
  };
}
