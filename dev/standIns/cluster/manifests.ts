import { imageName } from "../../images/images";
import { DNS_SERVICE, DOMAIN } from "./pool";

/** Name of the default StorageClass. */
export const STORAGE_CLASS = "local";
/** Name by which the StorageClass refers to the program that makes its volumes. */
export const PROVISIONER = "dokomodo/local";
export const DNS_IMAGE = imageName("cluster-dns");
/** Port at which CoreDNS says whether it can answer. */
const READY_PORT = 8181;

const NAMESPACE = "kube-system";
const NAME = "coredns";
/** The label by which NetworkPolicies commonly select a cluster's DNS. */
const LABELS = { "k8s-app": "kube-dns" };

/** The objects that a cluster has from the start: its storage and its DNS. */
export function initialObjects(): object[] {
  return [storageClass, ...dnsAccount(), dnsConfig(), dnsDeployment(), dnsService()];
}

/** Volumes stay when their claims are deleted, as in a cluster with data of value. */
const storageClass = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: {
    name: STORAGE_CLASS,
    annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
  },
  provisioner: PROVISIONER,
  reclaimPolicy: "Retain",
  volumeBindingMode: "WaitForFirstConsumer",
};

/** The account of CoreDNS, with the rights that its plugin `kubernetes` needs. */
function dnsAccount(): object[] {
  const metadata = { name: `system:${NAME}` };
  const verbs = ["list", "watch"];
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: NAME, namespace: NAMESPACE } },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata,
      rules: [
        { apiGroups: [""], resources: ["namespaces", "pods", "services"], verbs },
        { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs },
      ],
    },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: metadata.name },
      subjects: [{ kind: "ServiceAccount", name: NAME, namespace: NAMESPACE }],
    },
  ];
}

/** CoreDNS knows only the cluster's names. It caches a missing name for 1 s only, because tests wait for new names. */
function dnsConfig(): object {
  const Corefile = `.:53 {
  errors
  ready :${READY_PORT}
  kubernetes ${DOMAIN} in-addr.arpa {
    ttl 5
  }
  cache 5 {
    denial 1024 1
  }
}
`;
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: NAME, namespace: NAMESPACE },
    data: { Corefile },
  };
}

function dnsDeployment(): object {
  const container = {
    name: NAME,
    image: DNS_IMAGE,
    imagePullPolicy: "IfNotPresent",
    args: ["-conf", "/etc/coredns/Corefile"],
    ports: [
      { name: "dns", containerPort: 53, protocol: "UDP" },
      { name: "dns-tcp", containerPort: 53, protocol: "TCP" },
    ],
    readinessProbe: { httpGet: { path: "/ready", port: READY_PORT }, periodSeconds: 1 },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] },
    },
    volumeMounts: [{ name: "config", mountPath: "/etc/coredns", readOnly: true }],
  };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: NAME, namespace: NAMESPACE, labels: LABELS },
    spec: {
      replicas: 1,
      selector: { matchLabels: LABELS },
      template: {
        metadata: { labels: LABELS },
        spec: {
          priorityClassName: "system-cluster-critical",
          serviceAccountName: NAME,
          // With the default for pods, CoreDNS would send its own look-ups to itself.
          dnsPolicy: "Default",
          containers: [container],
          volumes: [{ name: "config", configMap: { name: NAME } }],
        },
      },
    },
  };
}

function dnsService(): object {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "kube-dns", namespace: NAMESPACE, labels: LABELS },
    spec: {
      selector: LABELS,
      clusterIP: DNS_SERVICE,
      ports: [
        { name: "dns", port: 53, protocol: "UDP" },
        { name: "dns-tcp", port: 53, protocol: "TCP" },
      ],
    },
  };
}
