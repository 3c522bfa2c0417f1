import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { exists } from "../../toolchain/cache";
import { connectHost, createBridge } from "../hosts/network";
import { claim, requireFree } from "../hosts/owner";
import { run } from "../hosts/run";
import { CLUSTER_RANGES, chooseSubnet, chosenSubnet } from "../hosts/subnet";
import { type Client, createCertificates } from "./certificates";
import { createCgroups } from "./cgroups";
import { clearCluster } from "./clear";
import { type ControlPlane, controlPlaneOf, etcdctl, startControlPlane } from "./controlPlane";
import { startWithImages } from "./images";
import { Kubectl } from "./Kubectl";
import { keepKernelSettings } from "./kernelSettings";
import { writeKubeconfig } from "./kubeconfig";
import { initialObjects, PROVISIONER } from "./manifests";
import { type ContainerPlace, type NodePrograms, nodeProgramsOf, pidOf, writeNodeConfigs } from "./node";
import { type Parts, provideParts } from "./parts";
import {
  type AddressedClusterPool,
  type ClusterPool,
  clusterPoolOf,
  filesOf,
  NODE,
  withClusterAddresses,
} from "./pool";
import { prepareCluster } from "./prepare";
import { Program, runOnNode } from "./program";

export interface TestClusterOptions {
  /** 0 to 255. Clusters of several pools can run side by side, at 10.98.<pool>.0/24 or in another free range. */
  readonly pool?: number;
  /** Whether the cluster goes on after this process has ended, until somebody ends it by hand. */
  readonly stay?: boolean;
}

/** One key of the cluster's database, with its stored value. */
export interface EtcdEntry {
  /** Such as /registry/secrets/NAMESPACE/NAME. */
  readonly key: string;
  readonly value: Buffer;
}

/** The table of nftables that the program in parts/policies makes. */
const POLICY_TABLE = ["ip", "network-policies"];
const READY_SECONDS = 120;

/**
 * A real cluster of one node on this machine. Kubernetes' own programs run in a network namespace. The machine reaches the
 * API server. Containers, DNS, volumes and NetworkPolicies work, and the node has the development stack's images. The node
 * shares the machine's file system and kernel.
 */
export class TestCluster {
  /** Absolute path of an administrator's kubeconfig. */
  readonly kubeconfig: string;
  /** Name of the only node. */
  readonly node = NODE;
  /** IPv4 address at which the machine outside reaches the node. */
  readonly address: string;
  /** IPv4 address at which pods reach the machine outside. */
  readonly outside: string;
  /** Folder of the logs of all its programs and pods. */
  readonly logs: string;
  /** kubectl with an administrator's rights. */
  readonly client: Kubectl;
  private readonly control: ControlPlane;
  private readonly programs: NodePrograms;
  private readonly policies: Program;
  private readonly provisioner: Program;

  private constructor(
    private readonly pool: AddressedClusterPool,
    private readonly parts: Parts,
  ) {
    const files = filesOf(pool);
    this.kubeconfig = files.kubeconfig;
    this.address = pool.address;
    this.outside = pool.outside;
    this.logs = files.logs;
    this.client = new Kubectl(join(parts.kubernetes, "kubectl"), files.kubeconfig);
    this.control = controlPlaneOf(pool, parts);
    this.programs = nodeProgramsOf(pool, parts);
    const kubeconfig = (client: Client) => ["--kubeconfig", join(files.configs, `${client}.kubeconfig`)];
    this.policies = new Program(pool, {
      name: "policies",
      file: join(parts.own, "policies"),
      args: kubeconfig("policies"),
      answers: () => this.hasPolicyTable(),
    });
    this.provisioner = new Program(pool, {
      name: "volumes",
      file: join(parts.own, "volumes"),
      args: [
        ...kubeconfig("volumes"),
        "--provisioner",
        PROVISIONER,
        "--folder",
        files.volumes,
        "--node",
        NODE,
      ],
      answers: async () => true,
    });
  }

  /** Starts a cluster and waits until pods can run in it. What an earlier run left of the pool is removed first. */
  static async start({ pool: number = 0, stay = false }: TestClusterOptions = {}): Promise<TestCluster> {
    const pool = clusterPoolOf(number);
    const parts = await prepareCluster();
    await requireFree(pool, { name: "test clusters", script: "cluster" });
    await clearCluster(pool);
    await claim(pool, { stay: false });
    try {
      const subnet = await chooseSubnet(pool, CLUSTER_RANGES);
      const cluster = new TestCluster(withClusterAddresses(pool, subnet), parts);
      await cluster.create();
      await claim(pool, { stay });
      await writeFile(filesOf(pool).up, "");
      return cluster;
    } catch (error) {
      // The logs say why. They are kept, because they would be removed with the cluster.
      const logs = await keepLogs(pool);
      await clearCluster(pool);
      throw new Error(`The test cluster did not start; its logs are in ${logs}.`, { cause: error });
    }
  }

  /** Finds the running cluster of a pool. Another process may have started it. Rejects when none runs. */
  static async attach({ pool: number = 0 }: Pick<TestClusterOptions, "pool"> = {}): Promise<TestCluster> {
    const pool = clusterPoolOf(number);
    if (await exists(filesOf(pool).up)) {
      return new TestCluster(withClusterAddresses(pool, await chosenSubnet(pool)), await provideParts());
    }
    throw new Error(
      `No test cluster of pool ${number} runs. Start one: npm run cluster -- up --pool ${number}`,
    );
  }

  /** Folder that contains its kubectl. */
  get programsFolder(): string {
    return this.parts.kubernetes;
  }

  /** Runs kubectl as the administrator and returns its output. */
  async kubectl(...args: readonly string[]): Promise<string> {
    return this.client.run(...args);
  }

  /** Pid, on this machine, of the first process of a pod's container; 0 if it does not run. */
  async pidOf(place: ContainerPlace): Promise<number> {
    return pidOf(this.pool, place);
  }

  /** Stops the kubelet. Containers go on, but the cluster learns nothing about them and no others are started. */
  async stopKubelet(): Promise<void> {
    await this.programs.kubelet.stop();
  }

  async startKubelet(): Promise<void> {
    await this.programs.kubelet.start();
  }

  async restartKubelet(): Promise<void> {
    await this.stopKubelet();
    await this.startKubelet();
  }

  /** Stops the API server. Pods go on, but nobody can read or change an object. */
  async stopApiServer(): Promise<void> {
    // On SIGTERM it would first wait for all clients that watch.
    await this.control.apiServer.stop("SIGKILL");
  }

  async startApiServer(): Promise<void> {
    await this.control.apiServer.start();
  }

  /** Turns the enforcement of NetworkPolicies on or off. It is on at the start. */
  async enforcePolicies(on: boolean): Promise<void> {
    if (on) return this.policies.start();
    await this.policies.stop();
    if (await this.hasPolicyTable()) await runOnNode(this.pool, "nft", "delete", "table", ...POLICY_TABLE);
  }

  /** All entries of the cluster's database. */
  async etcdDump(): Promise<EtcdEntry[]> {
    const text = await etcdctl(this.pool, "get", "", "--prefix", "--write-out", "json");
    const { kvs = [] } = JSON.parse(text) as { kvs?: { key: string; value?: string }[] };
    return kvs.map(({ key, value = "" }) => ({
      key: Buffer.from(key, "base64").toString(),
      value: Buffer.from(value, "base64"),
    }));
  }

  /** Path of the folder with a volume's data. The folder stays when the volume's claim is deleted. */
  volumeFolder(volume: string): string {
    return join(filesOf(this.pool).volumes, volume);
  }

  /** Removes a volume that no claim uses, with its data. */
  async removeVolume(volume: string): Promise<void> {
    await this.kubectl("delete", "persistentvolume", volume);
    await rm(this.volumeFolder(volume), { recursive: true, force: true });
  }

  /** Ends the cluster at once and removes all that was made for it, including volumes. */
  async stop(): Promise<void> {
    await clearCluster(this.pool);
  }

  private async create(): Promise<void> {
    const { pool, programs } = this;
    const { folder, namespace, address } = pool;
    const host = { name: NODE, address, namespace, folder, docker: "", socket: "" };
    await createBridge(pool);
    await connectHost(pool, host);
    await run("ip", "-n", namespace, "route", "add", "default", "via", pool.outside);
    // This sets ip_forward of the node's network namespace only.
    await runOnNode(pool, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward");
    await createCgroups(pool);
    await keepKernelSettings(pool);
    await createCertificates(pool);
    await this.writeKubeconfigs();
    await writeNodeConfigs(pool);
    await mkdir(filesOf(pool).volumes, { recursive: true });
    await Promise.all([
      startControlPlane(pool, this.control),
      startWithImages(pool, this.parts, programs.containerd),
    ]);
    await Promise.all([
      this.client.apply(...initialObjects()),
      programs.kubelet.start(),
      programs.proxy.start(),
      this.policies.start(),
      this.provisioner.start(),
    ]);
    await this.untilReady();
  }

  private async writeKubeconfigs(): Promise<void> {
    const { configs, kubeconfig } = filesOf(this.pool);
    await mkdir(configs, { recursive: true });
    await writeKubeconfig(this.pool, "admin", kubeconfig);
    const clients: Client[] = ["controller-manager", "scheduler", "kubelet", "proxy", "policies", "volumes"];
    for (const client of clients) {
      await writeKubeconfig(this.pool, client, join(configs, `${client}.kubeconfig`));
    }
  }

  /** Waits for the node, for its DNS, and for the service account that every pod needs. */
  private async untilReady(): Promise<void> {
    const timeout = `--timeout=${READY_SECONDS}s`;
    const wait = (...what: string[]) => this.kubectl("wait", timeout, ...what);
    await this.untilThere(`node/${NODE}`);
    await wait("--for=condition=Ready", `node/${NODE}`);
    await wait("--for=create", "serviceaccount/default", "--namespace=default");
    await wait("--for=condition=Available", "deployment/coredns", "--namespace=kube-system");
  }

  private async untilThere(object: string): Promise<void> {
    const deadline = Date.now() + READY_SECONDS * 1000;
    while ((await this.kubectl("get", object, "--ignore-not-found", "--output=name")) === "") {
      if (Date.now() > deadline) throw new Error(`The cluster has no ${object} after ${READY_SECONDS} s.`);
      await sleep(200);
    }
  }

  private async hasPolicyTable(): Promise<boolean> {
    return (await runOnNode(this.pool, "nft", "list", "tables"))
      .split("\n")
      .includes(`table ${POLICY_TABLE.join(" ")}`);
  }
}

/** Copies the logs of a cluster that did not start to a folder beside its own, and returns that folder. */
async function keepLogs(pool: ClusterPool): Promise<string> {
  const kept = `${pool.folder}-logs`;
  await rm(kept, { recursive: true, force: true });
  const { logs } = filesOf(pool);
  if ((await readdir(logs).catch(() => [])).length > 0) await run("cp", "--archive", logs, kept);
  return kept;
}
