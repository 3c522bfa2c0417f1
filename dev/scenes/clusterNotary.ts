import type { AgentStatus } from "../status";
import type { ClusterStack } from "./clusterStack";
import { callOnce, Loopback, type LoopbackRequest } from "./Loopback";
import {
  daemonRequest,
  iguanaAnswer,
  iguanaRequest,
  requestWith,
  resultOf,
  STATUS_REQUEST,
  statusAnswer,
} from "./loopbackRequests";
import { type Symbol as ChainSymbol, DAEMONS, SYMBOLS } from "./notary";
import { untilSeen, untilSeenAgain } from "./wholeness";

/** A notary in a cluster. Its methods ask Iguana and the daemons from inside their pods. */
export class ClusterNotary {
  /** Keyed by pod and container. */
  private readonly loopbacks = new Map<string, Loopback>();

  constructor(private readonly it: ClusterStack) {}

  /** Name of a workload's only pod. The workload is `iguana` or a chain's symbol. */
  pod(workload: string): string {
    return `${this.it.stack.notary}-${workload.toLowerCase()}-0`;
  }

  readFile(workload: string, container: string, path: string): Promise<string> {
    return this.it.kubectl("exec", this.pod(workload), "--container", container, "--", "cat", path);
  }

  /** Calls a daemon's RPC in its own container, without any proxy. */
  async callDaemon(symbol: ChainSymbol, method: string, ...params: readonly unknown[]): Promise<unknown> {
    const request = daemonRequest(DAEMONS[symbol], method, params);
    return resultOf(`${symbol} ${method}`, () => this.call(symbol, "daemon", request));
  }

  /** The HTTP status that Iguana's pod gets from a chain with the login of a conf's text. */
  async statusWith(symbol: ChainSymbol, confText: string): Promise<number> {
    const answer = await this.call("iguana", "agent", requestWith(DAEMONS[symbol].port, confText));
    return Number(/^HTTP\/1\.\d (\d{3})/.exec(answer)?.[1]);
  }

  async height(symbol: ChainSymbol): Promise<number> {
    return Number(await this.callDaemon(symbol, "getblockcount"));
  }

  /** Asks Iguana on its own loopback. */
  async askIguana(request: object): Promise<Record<string, unknown>> {
    return iguanaAnswer(await this.call("iguana", "agent", iguanaRequest(request)));
  }

  async iguanaHeight(symbol: ChainSymbol): Promise<unknown> {
    return (await this.askIguana({ agent: "dpow", method: "notarizations", symbol }))["maxheight"];
  }

  /** The agent's status; undefined while the agent does not answer. */
  async status(): Promise<AgentStatus | undefined> {
    return statusAnswer(await this.call("iguana", "agent", STATUS_REQUEST).catch(() => ""));
  }

  /**
   * Waits until Iguana sees every chain at its daemon's height, and the chain `symbol` at `height` at least. Returns the
   * seconds that this took. Rejects with the agent's status when it takes too long.
   */
  async untilWhole(
    seconds: number,
    { chains = SYMBOLS.length, symbol = "BEER", height = 0 } = {},
  ): Promise<number> {
    return untilSeen(() => this.status(), seconds, { chains, symbol, height });
  }

  /** Mines a block as soon as the chain's daemon answers, and waits until Iguana sees it. Returns the seconds. */
  async untilWholeAgain(seconds: number, symbol: ChainSymbol = "BEER"): Promise<number> {
    const mine = async () => {
      await this.mine(symbol);
      return this.height(symbol);
    };
    return untilSeenAgain(mine, (left, height) => this.untilWhole(left, { symbol, height }), seconds);
  }

  /**
   * Mines a block. Returns the number of blocks that the daemon made: none if it got SIGTERM during the call, which it then
   * answers all the same.
   */
  async mine(symbol: ChainSymbol): Promise<number> {
    const address = await this.it.stack.address(symbol);
    const made = await this.callDaemon(symbol, "generatetoaddress", 1, address);
    return Array.isArray(made) ? made.length : 0;
  }

  private call(workload: string, container: string, request: LoopbackRequest): Promise<string> {
    const { cluster, namespace } = this.it;
    const { own } = cluster;
    const pod = this.pod(workload);
    if (own !== undefined) {
      const key = `${pod}/${container}`;
      const loopback =
        this.loopbacks.get(key) ?? new Loopback(() => own.pidOf({ namespace, pod, container }));
      this.loopbacks.set(key, loopback);
      return loopback.call(request);
    }
    // The containers of a stated cluster are on other machines.
    const exec = ["exec", "--stdin", "--namespace", namespace, pod, "--container", container];
    const command = [cluster.kubectl.program, "--kubeconfig", cluster.kubeconfig, ...exec, "--"];
    return callOnce(command, request);
  }

  /** Container ids, keyed by `pod/container`. A container that starts again has another id. */
  async containers(): Promise<Record<string, string>> {
    const { items } = JSON.parse(await this.it.kubectl("get", "pods", "--output", "json"));
    const pods: readonly PodOutline[] = items;
    return Object.fromEntries(
      pods.flatMap(({ metadata, status }) =>
        [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])].map(
          ({ name, containerID = "" }) => [`${metadata.name}/${name}`, containerID],
        ),
      ),
    );
  }
}

interface PodOutline {
  readonly metadata: { readonly name: string };
  readonly status: Partial<
    Record<"initContainerStatuses" | "containerStatuses", { name: string; containerID?: string }[]>
  >;
}

/** Pods in which a container was restarted, added or removed. */
export function changedPods(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): string[] {
  const names = Object.keys({ ...before, ...after }).filter((name) => before[name] !== after[name]);
  return [...new Set(names.map((name) => name.split("/")[0] ?? ""))].sort();
}
