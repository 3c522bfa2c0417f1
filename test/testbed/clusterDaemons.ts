import { setTimeout as sleep } from "node:timers/promises";
import type { ClusterNotary } from "./clusterNotary";
import type { ClusterStack } from "./clusterStack";
import type { Symbol as ChainSymbol } from "./notary";

export interface Mining {
  /** Blocks so far that a daemon said to have taken, by symbol. */
  readonly blocks: Readonly<Partial<Record<ChainSymbol, number>>>;
  stop(): Promise<void>;
}

/** Keeps daemons writing until it is told to stop, also while they restart. */
export function mineWithoutPause(notary: ClusterNotary, symbols: readonly ChainSymbol[]): Mining {
  let isRunning = true;
  const blocks: Partial<Record<ChainSymbol, number>> = {};
  const working = symbols.map(async (symbol) => {
    // While it restarts there is nobody to ask.
    while (isRunning) {
      const mined = await notary.mine(symbol).then(
        () => 1,
        () => sleep(200, 0),
      );
      blocks[symbol] = (blocks[symbol] ?? 0) + mined;
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

/** Exit codes of the daemons that end from now on, by workload. A pod that is gone tells nobody, so they are watched. */
export async function watchEnds({
  cluster,
  namespace,
}: ClusterStack): Promise<{ stop(): Promise<Record<string, number>> }> {
  const { execa } = await import("execa");
  const ended = "{{.name}}={{with .state.terminated}}{{.exitCode}}{{end}}";
  const each = `go-template={{.metadata.name}}{{range .status.containerStatuses}} ${ended}{{end}}{{"\\n"}}`;
  const watching = execa(
    cluster.kubectl.program,
    ["get", "pods", "--watch", "--namespace", namespace, "--output", each],
    { env: { KUBECONFIG: cluster.kubeconfig }, reject: false },
  );
  // It begins with what is there.
  await new Promise((resolve) => watching.stdout.once("data", resolve));
  return {
    stop: async () => {
      await sleep(2000);
      watching.kill();
      const { stdout } = await watching;
      const lines = [...stdout.matchAll(/^\S+?-(\w+)-0 .*\bdaemon=(\d+)/gm)];
      return Object.fromEntries(lines.map(([, workload = "", code]) => [workload, Number(code)]));
    },
  };
}
