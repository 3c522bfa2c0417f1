import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { imageName } from "../../images/images";
import { run } from "../hosts/run";
import { keysOf } from "./certificates";
import { CNI_PLUGINS } from "./packages";
import type { Parts } from "./parts";
import { type AddressedClusterPool, type ClusterPool, DNS_SERVICE, DOMAIN, filesOf, NODE } from "./pool";
import { listens, Program } from "./program";

const KUBELET_PORT = 10250;
const PROXY_PORT = 10256;
/** containerd's namespace for the images and containers of Kubernetes. */
export const IMAGE_NAMESPACE = "k8s.io";

/** The programs that run the pods and lead traffic to them. */
export interface NodePrograms {
  readonly containerd: Program;
  readonly kubelet: Program;
  readonly proxy: Program;
}

/** A container of a pod. */
export interface ContainerPlace {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

export function nodeProgramsOf(pool: AddressedClusterPool, { kubernetes }: Parts): NodePrograms {
  const files = filesOf(pool);
  const config = (name: string) => join(files.configs, name);
  return {
    containerd: new Program(pool, {
      name: "containerd",
      file: "containerd",
      args: ["--config", config("containerd.toml")],
      answers: () =>
        ctr(pool, "version").then(
          () => true,
          () => false,
        ),
    }),
    kubelet: new Program(pool, {
      name: "kubelet",
      file: join(kubernetes, "kubelet"),
      args: [
        ...["--config", config("kubelet.yaml"), "--kubeconfig", config("kubelet.kubeconfig")],
        ...["--root-dir", files.kubelet, "--cert-dir", join(files.kubelet, "pki")],
        ...["--hostname-override", NODE, "--node-ip", pool.address],
      ],
      answers: () => listens(pool, KUBELET_PORT),
    }),
    proxy: new Program(pool, {
      name: "kube-proxy",
      file: join(kubernetes, "kube-proxy"),
      args: ["--config", config("proxy.yaml")],
      answers: () => listens(pool, PROXY_PORT),
    }),
  };
}

/** Runs containerd's own client at the cluster's containerd and returns its output. */
export function ctr(pool: ClusterPool, ...args: readonly string[]): Promise<string> {
  return run("ctr", "--address", filesOf(pool).socket, "--namespace", IMAGE_NAMESPACE, ...args);
}

/** Pid of the first process of a pod's container; 0 if it does not run. It also answers while no API server does. */
export async function pidOf(pool: ClusterPool, place: ContainerPlace): Promise<number> {
  const labels = {
    "io.kubernetes.pod.namespace": place.namespace,
    "io.kubernetes.pod.name": place.pod,
    "io.kubernetes.container.name": place.container,
  };
  const filter = Object.entries(labels).map(([label, value]) => `labels."${label}"==${value}`);
  const ids = (await ctr(pool, "containers", "list", "--quiet", filter.join(","))).split("\n");
  for (const line of (await ctr(pool, "tasks", "list")).split("\n")) {
    const [id = "", pid, status] = line.split(/\s+/);
    if (status === "RUNNING" && ids.includes(id)) return Number(pid);
  }
  return 0;
}

export async function writeNodeConfigs(pool: ClusterPool): Promise<void> {
  const files = filesOf(pool);
  const cni = join(files.cni, "configs");
  for (const folder of [files.configs, cni, files.kubelet]) await mkdir(folder, { recursive: true });
  const write = (name: string, text: string) => writeFile(join(files.configs, name), text);
  await write("containerd.toml", containerdConfig(pool, cni));
  await write("kubelet.yaml", stringify(kubeletConfig(pool)));
  await write("proxy.yaml", stringify(proxyConfig(pool)));
  await writeFile(join(cni, "10-pods.conflist"), JSON.stringify(podNetwork(pool)));
}

/** For containerd 1.6 and later (containerd-config.toml(5)). */
function containerdConfig(pool: ClusterPool, cni: string): string {
  const files = filesOf(pool);
  const text = JSON.stringify;
  return `version = 2
root = ${text(files.containerd)}
state = ${text(files.state)}

[grpc]
  address = ${text(files.socket)}

[plugins."io.containerd.internal.v1.opt"]
  path = ${text(join(files.containerd, "opt"))}

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = ${text(imageName("pause"))}
  # Without this a container whose oom_score_adj is below containerd's own does not start where root is restricted.
  restrict_oom_score_adj = true
  disable_hugetlb_controller = true
  netns_mounts_under_state_dir = true

[plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = ${text(CNI_PLUGINS)}
  conf_dir = ${text(cni)}

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"
`;
}

function kubeletConfig(pool: ClusterPool): object {
  const files = filesOf(pool);
  return {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    containerRuntimeEndpoint: `unix://${files.socket}`,
    cgroupDriver: "cgroupfs",
    cgroupRoot: `/${pool.prefix}`,
    failSwapOn: false,
    failCgroupV1: false,
    oomScoreAdj: 0,
    clusterDNS: [DNS_SERVICE],
    clusterDomain: DOMAIN,
    // Pods resolve only the cluster's names and never use the machine's own resolver.
    resolvConf: "",
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: keysOf(pool).authority.certificate },
    },
    authorization: { mode: "Webhook" },
    port: KUBELET_PORT,
    healthzPort: 0,
    podLogsDir: join(files.logs, "pods"),
    volumePluginDir: join(files.kubelet, "volume-plugins"),
    // How full the machine's disk is must not matter to the cluster.
    evictionHard: { "memory.available": "100Mi", "nodefs.available": "1%", "imagefs.available": "1%" },
    imageGCHighThresholdPercent: 100,
    registerNode: true,
    maxPods: 240,
  };
}

/** `conntrack` is all zero, because kube-proxy would otherwise change these settings of the whole machine. */
function proxyConfig(pool: ClusterPool): object {
  return {
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    clientConnection: { kubeconfig: join(filesOf(pool).configs, "proxy.kubeconfig") },
    mode: "nftables",
    nftables: { minSyncPeriod: "100ms" },
    hostnameOverride: NODE,
    clusterCIDR: pool.podNetwork,
    healthzBindAddress: `127.0.0.1:${PROXY_PORT}`,
    metricsBindAddress: "127.0.0.1:10249",
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: "0s", tcpCloseWaitTimeout: "0s" },
  };
}

/** Each pod has its own link, so that packets between pods pass the node's firewall. */
function podNetwork(pool: ClusterPool): object {
  const ipam = {
    type: "host-local",
    dataDir: join(filesOf(pool).cni, "addresses"),
    ranges: [[{ subnet: pool.podNetwork }]],
    routes: [{ dst: "0.0.0.0/0" }],
  };
  return {
    cniVersion: "1.0.0",
    name: pool.prefix,
    plugins: [
      { type: "ptp", ipMasq: true, ipam },
      { type: "portmap", capabilities: { portMappings: true } },
    ],
  };
}
