import type { Stack } from "../../../config/stack";
import type {
  ContainerAddress,
  ExecStreams,
  LogLine,
  LogOptions,
  Operations,
  SeenContainer,
  SeenHost,
  Sight,
  StopOptions,
  StopResult,
  WorkloadPlace,
} from "../../../platforms/operations";
import type { AgentReadings } from "../../../readings/agent";
import type { ChainReading } from "../../../readings/chain";
import { ALPHA, CONFIG, exchanged, load } from "../../config/stackFiles";

export const NOW = new Date("2026-01-02T03:04:05Z");
const AT = NOW.toISOString();

const BETA = exchanged(
  ALPHA,
  ["alpha", "beta"],
  ["192.0.2.1", "192.0.2.2"],
  ["unix:///var/run/docker.sock", "ssh://ops@192.0.2.2"],
);

/** The stack of the tests: a notary with KMD and LTC beside Iguana on alpha, and BEER on beta. */
export function twoHosts(): Stack {
  const config = exchanged(
    CONFIG,
    [ALPHA, `${ALPHA}${BETA}`],
    [
      "chains: [KMD, LTC, BEER] }",
      "chains: [KMD, LTC, BEER], dest: { BEER: KMD }, placement: { BEER: beta } }",
    ],
  );
  const loaded = load(config);
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join("\n"));
  return loaded.value;
}

export function seenHost(name: string, seen: Partial<SeenHost> = {}): SeenHost {
  return {
    name,
    version: "Docker 28.5.2",
    memory: { totalBytes: 64 * 2 ** 30, availableBytes: 40 * 2 ** 30 },
    disk: { totalBytes: 2 ** 40, freeBytes: 2 ** 39 },
    clockAheadSeconds: 0.2,
    cores: 8,
    load: 1,
    ...seen,
  };
}

export function container(host: string, workload: string, seen: Partial<SeenContainer> = {}): SeenContainer {
  const { role } = seen;
  return {
    host,
    workload,
    name: role === undefined ? workload : `${workload}-${role}`,
    state: "running",
    startedAt: new Date(NOW.getTime() - 86_400_000),
    restarts: 0,
    image: IMAGES[workload] ?? "another",
    ...seen,
  };
}

const DIGEST = `sha256:${"0".repeat(64)}`;
const IMAGES: Readonly<Record<string, string>> = {
  "east-kmd": `komodod@${DIGEST}`,
  "east-beer": `komodod@${DIGEST}`,
  "east-ltc": `litecoind@${DIGEST}`,
  "east-iguana": `iguana@${DIGEST}`,
};

/** Everything of the stack, with nothing wrong. */
export function healthySight(): Sight {
  const workloads = [
    ["alpha", "east-iguana"],
    ["alpha", "east-kmd"],
    ["alpha", "east-ltc"],
    ["beta", "east-beer"],
  ] as const;
  return {
    hosts: [seenHost("alpha"), seenHost("beta")],
    containers: [
      ...workloads.flatMap(([host, workload]) => [
        container(host, workload),
        container(host, workload, { role: "proxy" }),
      ]),
      container("alpha", "east-iguana", { role: "agent" }),
      container("beta", "east-gateway"),
    ],
  };
}

export function healthyChain(height: number, reading: Partial<ChainReading> = {}): ChainReading {
  return {
    at: AT,
    network: "main",
    latencyMilliseconds: 12,
    height,
    heightSince: AT,
    headers: height,
    bestKnown: height,
    tipTime: AT,
    peers: 8,
    hasKey: true,
    isWalletLocked: false,
    balance: 12.5,
    notaryUtxos: { count: 40, locked: 0 },
    sizeOnDisk: 12 * 2 ** 30,
    version: "/MagicBean:0.8.0/",
    ...reading,
  };
}

export function healthyReadings(): AgentReadings {
  return {
    at: AT,
    chains: {
      KMD: healthyChain(4_000_000, { notarisedTo: "LTC", lastNotarisation: { height: 3_999_990 } }),
      LTC: healthyChain(2_900_000),
      BEER: healthyChain(500, { notarisedTo: "KMD", lastNotarisation: { height: 490 } }),
    },
    iguana: {
      state: "ready",
      since: AT,
      lease: { state: "held", remainingSeconds: 18 },
      chains: 3,
      notarised: 2,
      heights: { KMD: 4_000_000, LTC: 2_900_000, BEER: 500 },
    },
    certificates: { "east-iguana": 700, "east-kmd": 700, "east-ltc": 700, "east-beer": 700 },
    warnings: [],
  };
}

/** How a command ends; an error if it cannot be run. */
export type ExecAnswer =
  | { readonly code: number; readonly output?: string; readonly errors?: string }
  | Error;

/** Operations that show what a test says, and note what they are told. */
export class FakeOperations implements Operations {
  readonly told: string[] = [];
  sight: Sight = healthySight();
  /** What the agent prints; an error if its command fails so. */
  readings: AgentReadings | Error | number = healthyReadings();
  /** Lines of logs, keyed by the container's name. */
  logLines: Readonly<Record<string, readonly LogLine[]>> = {};
  /** Workloads that do not take calls. */
  readonly silent = new Set<string>();
  onTold: (what: string) => void = () => {};
  /** What commands answer other than those above. */
  onExec: (workload: string, command: readonly string[]) => ExecAnswer | undefined = () => undefined;

  async look(): Promise<Sight> {
    return this.sight;
  }

  async logs({ workload, role }: ContainerAddress, { tail }: LogOptions, onLine: (line: LogLine) => void) {
    const name = role === undefined ? workload : `${workload}-${role}`;
    const lines = this.logLines[name];
    if (lines === undefined) throw new Error(`there is no container ${name}`);
    for (const line of lines.slice(-(tail ?? lines.length))) onLine(line);
  }

  async exec({ workload }: ContainerAddress, command: readonly string[], { output, errors }: ExecStreams) {
    const answer = this.onExec(workload, command);
    if (answer instanceof Error) throw answer;
    if (answer !== undefined) {
      output.write(answer.output ?? "");
      errors.write(answer.errors ?? "");
      return answer.code;
    }
    if (command.at(-1) !== "readings") return this.silent.has(workload) ? 1 : 0;
    if (this.readings instanceof Error) throw this.readings;
    if (typeof this.readings === "number") {
      errors.write("agent: unknown command readings\n");
      return this.readings;
    }
    output.write(JSON.stringify(this.readings));
    return 0;
  }

  async stop({ workload }: WorkloadPlace, { onWaiting }: StopOptions): Promise<StopResult> {
    this.note(`stop ${workload}`);
    onWaiting?.(1);
    return { code: 0, seconds: 1.4 };
  }

  async start({ workload }: WorkloadPlace): Promise<void> {
    this.note(`start ${workload}`);
  }

  async restart({ workload }: WorkloadPlace): Promise<StopResult> {
    this.note(`restart ${workload}`);
    return { code: 0, seconds: 2 };
  }

  close(): void {
    this.note("close");
  }

  private note(what: string): void {
    this.told.push(what);
    this.onTold(what);
  }
}
