import { setTimeout as sleep } from "node:timers/promises";
import type { ClusterNotary } from "./clusterNotary";
import type { ClusterStack } from "./clusterStack";
import type { Symbol as ChainSymbol } from "./notary";

export interface Mining {
  /** Blocks that each daemon has confirmed so far, keyed by symbol. */
  readonly blocks: Readonly<Partial<Record<ChainSymbol, number>>>;
  stop(): Promise<void>;
}

/** Pause between two calls. In regtest, litecoind mines only 431 blocks unless its wallet supports MWEB. */
const PAUSE_MILLISECONDS = 300;

/** Keeps daemons mining until it is told to stop. It goes on while they restart. */
export function keepMining(notary: ClusterNotary, symbols: readonly ChainSymbol[]): Mining {
  let isRunning = true;
  const blocks: Partial<Record<ChainSymbol, number>> = {};
  const working = symbols.map(async (symbol) => {
    // A call fails while the daemon restarts. Then it is tried again.
    while (isRunning) {
      const mined = await notary.mine(symbol).catch(() => 0);
      blocks[symbol] = (blocks[symbol] ?? 0) + mined;
      await sleep(PAUSE_MILLISECONDS);
    }
  });
  return {
    blocks,
    stop: async () => {
      isRunning = false;
      await Promise.all(working);
    },
  };
}

/**
 * Records every daemon that ends from now on, including Iguana. `stop` returns `workload exit-code` of each, sorted. The pods
 * are watched all the time, because a pod that is gone can no longer be asked.
 */
export async function watchEnds(it: ClusterStack): Promise<{ stop(): Promise<string[]> }> {
  const { execa } = await import("execa");
  const { cluster, namespace } = it;
  const before = endsIn(await it.kubectl("get", "pods", "--output", ENDS));
  const watching = execa(
    cluster.kubectl.program,
    ["get", "pods", "--watch", "--namespace", namespace, "--output", ENDS],
    { env: { KUBECONFIG: cluster.kubeconfig }, reject: false },
  );
  // The watch has started when it has printed the pods that exist.
  await new Promise((resolve) => watching.stdout.once("data", resolve));
  return {
    stop: async () => {
      await sleep(2000);
      watching.kill();
      const { stdout } = await watching;
      const since = [...endsIn(stdout)].filter(([id]) => !before.has(id));
      return since.map(([, end]) => end).sort();
    },
  };
}

const END = `{{"\\n"}}{{$pod}} {{$name}} {{.exitCode}} {{.containerID}}`;
/** Prints a line for each end of a container that its pod knows of: pod, container, exit code, container's id. */
const ENDS = `go-template={{define "pod"}}{{$pod := .metadata.name}}{{range .status.containerStatuses}}{{$name := .name}}\
{{with .state.terminated}}${END}{{end}}{{with .lastState.terminated}}${END}{{end}}{{end}}{{end}}\
{{if .items}}{{range .items}}{{template "pod" .}}{{end}}{{else}}{{template "pod" .}}{{end}}{{"\\n"}}`;

/** Reads these lines into `workload exit-code`, keyed by container id. The watch prints the same end many times. */
function endsIn(text: string): ReadonlyMap<string, string> {
  const ends = text.matchAll(/^\S+-([^-\s]+)-0 (?:daemon|iguana) (\d+) (\S+)$/gm);
  return new Map([...ends].map(([, workload, code, id = ""]) => [id, `${workload} ${code}`]));
}
