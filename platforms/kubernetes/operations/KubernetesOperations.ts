import { messageOf } from "../../../input/messageOf";
import { Ownership } from "../../Ownership";
import type {
  ContainerAddress,
  ExecStreams,
  LogLine,
  LogOptions,
  Operations,
  OperationsArgs,
  SeenHost,
  Sight,
  StopOptions,
  StopResult,
  WorkloadPlace,
} from "../../operations";
import { readLog } from "../../readLog";
import { Told } from "../../Told";
import { explainCall } from "../callFailure";
import { type Cluster, readCluster } from "../kubeconfig";
import { withinSeconds } from "../preflight";
import type { ClusterSettings, KubernetesHostSettings } from "../settings";
import { execIn } from "./exec";
import { logOf } from "./logs";
import { type LabelledHost, seenHosts } from "./nodes";
import { seenContainers } from "./seen";
import { containersOf, type FoundSet, findSets, type PlannedSet, plannedSets, podName } from "./sets";
import { Workloads } from "./Workloads";

/** Seconds in which the cluster has to answer a look. An exec plugin of the kubeconfig may need some of them. */
const LOOK_SECONDS = 5;
/** Seconds in which it has to answer any other call. */
const ANSWER_SECONDS = 30;

/** What runs of a stack in its cluster. */
export class KubernetesOperations implements Operations {
  private readonly hosts: readonly LabelledHost[];
  private readonly planned: readonly PlannedSet[];
  private readonly ownership: Ownership;
  private reading: Promise<Cluster> | undefined;
  /** The namespace in which something of the stack was found. */
  private namespace: string | undefined;

  constructor(
    hosts: readonly KubernetesHostSettings[],
    private readonly settings: ClusterSettings,
    private readonly args: OperationsArgs,
  ) {
    this.hosts = hosts.map(({ name, nodes = { "kubernetes.io/hostname": name } }) => ({ name, nodes }));
    this.planned = plannedSets(args.networks, new Set(hosts.map(({ name }) => name)));
    this.ownership = new Ownership(args.stackName, args.firstName);
  }

  async look(): Promise<Sight> {
    try {
      return await this.call((cluster) => this.see(cluster));
    } catch (error) {
      const problem = messageOf(error);
      return { hosts: this.hosts.map(({ name }): SeenHost => ({ name, problem })), containers: [] };
    }
  }

  logs(address: ContainerAddress, options: LogOptions, onLine: (line: LogLine) => void): Promise<void> {
    return this.call(async (cluster) => {
      const { set } = await this.set(cluster, address.workload);
      const container = containerOf(set, address);
      const find = () => this.set(cluster, address.workload);
      await readLog(logOf(cluster, this.place(), container, find), options, onLine);
    });
  }

  exec(address: ContainerAddress, command: readonly string[], streams: ExecStreams): Promise<number> {
    return this.call(async (cluster) => {
      const { set, pod, workload } = await this.set(cluster, address.workload);
      if (pod === undefined) {
        const now = set.spec?.replicas === 0 ? "is stopped" : "has no pod yet";
        throw new Told(
          `${workload} ${now}, so no command can be run in it. Start it first, with \`npx dokomodo start\`.`,
        );
      }
      const place = { namespace: this.place(), pod: podName(workload), container: containerOf(set, address) };
      return execIn(cluster, place, command, streams);
    }, streams.signal);
  }

  stop(place: WorkloadPlace, options: StopOptions): Promise<StopResult> {
    return this.work(place, (workloads, found) => workloads.stop(found, options), options.signal);
  }

  start(place: WorkloadPlace): Promise<void> {
    return this.work(place, (workloads, found) => workloads.start(found));
  }

  restart(place: WorkloadPlace, options: StopOptions): Promise<StopResult> {
    return this.work(place, (workloads, found) => workloads.restart(found, options), options.signal);
  }

  /** Every connection ends with its call. */
  close(): void {}

  private work<T>(
    { workload }: WorkloadPlace,
    work: (workloads: Workloads, found: FoundSet) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    return this.call(async (cluster) => {
      const found = await this.set(cluster, workload);
      const find = (name: string) => this.set(cluster, name);
      return work(new Workloads(cluster, this.place(), find), found);
    }, signal);
  }

  private async see(cluster: Cluster): Promise<Sight> {
    const [{ CoreV1Api }, { quantityToScalar }] = await Promise.all([
      import("@kubernetes/client-node"),
      import("@kubernetes/client-node/dist/util.js"),
    ]);
    const numbers = (quantity: string) => Number(quantityToScalar(quantity));
    const core = cluster.config.makeApiClient(CoreV1Api);
    const [sets, hosts] = await Promise.all([
      this.sets(cluster, this.planned, LOOK_SECONDS),
      withinSeconds(LOOK_SECONDS, seenHosts(core, this.hosts, numbers)),
    ]);
    const now = new Date();
    return { hosts, containers: sets.flatMap((found) => seenContainers(found, now, numbers)) };
  }

  /** The set of a workload. Throws if it is not there. */
  private async set(cluster: Cluster, workload: string): Promise<FoundSet> {
    const planned = this.planned.filter((each) => each.workload === workload);
    const [found] = await this.sets(cluster, planned);
    if (found !== undefined) return found;
    throw new Told(
      `there is no StatefulSet ${workload} of this stack in namespace ${this.place()}. It was never made, or somebody ` +
        "removed it. `pulumi up --refresh` makes what is missing.",
    );
  }

  /** The sets that are there. Where nothing is, the stack may have been renamed after it was first brought up. */
  private async sets(
    cluster: Cluster,
    planned: readonly PlannedSet[],
    seconds = ANSWER_SECONDS,
  ): Promise<FoundSet[]> {
    const limits = { ownership: this.ownership, seconds };
    const found = await findSets(cluster, this.place(), planned, limits);
    if (found.length > 0) this.namespace = this.place();
    if (found.length > 0 || this.namespace !== undefined || this.settings.namespace !== undefined)
      return found;
    const first = await this.ownership.firstName();
    if (first === undefined || first === this.args.stackName) return found;
    const there = await findSets(cluster, namespaceOf(first), planned, limits);
    if (there.length > 0) this.namespace = namespaceOf(first);
    return there;
  }

  private place(): string {
    return this.namespace ?? this.settings.namespace ?? namespaceOf(this.args.stackName);
  }

  /** Calls the cluster. A failure becomes a message for the operator. */
  private async call<T>(work: (cluster: Cluster) => Promise<T>, signal?: AbortSignal): Promise<T> {
    this.reading ??= readCluster(this.settings);
    const cluster = await this.reading.catch((error: unknown) => {
      this.reading = undefined;
      throw error;
    });
    try {
      return await work(cluster);
    } catch (error) {
      if (signal?.aborted === true) throw error;
      const why = error instanceof Told ? error.message : explainCall(error);
      throw new Error(`${cluster.description}: ${why}`);
    }
  }
}

function namespaceOf(stackName: string): string {
  return `dokomodo-${stackName}`;
}

/** The container of an address in the pod of a set. */
function containerOf(set: FoundSet["set"], { workload, role }: ContainerAddress): string {
  const containers = containersOf(set);
  const found = containers.find(({ name, isFirst }) => (role === undefined ? isFirst : name === role));
  if (found !== undefined) return found.name;
  const roles = containers.filter(({ isFirst }) => !isFirst).map(({ name }) => name);
  throw new Told(`${workload} has no container ${role}. It has ${roles.join(", ")}.`);
}
