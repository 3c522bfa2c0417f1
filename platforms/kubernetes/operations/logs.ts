import { Writable } from "node:stream";
import { LogLines, type TimedLine } from "../../LogLines";
import type { LogOptions } from "../../operations";
import type { LogSource } from "../../readLog";
import { Told } from "../../Told";
import type { Cluster } from "../kubeconfig";
import { withinSeconds } from "../preflight";
import { describeRefusal, judgeStart } from "../verdict";
import { type FoundSet, podName } from "./sets";

/** Seconds in which the API server has to begin with a log. */
const ANSWER_SECONDS = 30;

/** The log of a container of a set. A cluster keeps it as long as the pod is there. */
export function logOf(
  cluster: Cluster,
  namespace: string,
  container: string,
  find: () => Promise<FoundSet>,
): LogSource {
  return {
    read: async (options, onLine) => {
      const found = await find();
      if (hasStarted(found, container))
        await read(cluster, namespace, { ...found, container }, options, onLine);
      else if (!options.follow) throw new Told(withoutLog(found));
    },
    isThere: async () => {
      const { set, pod } = await find();
      return pod !== undefined || set.spec?.replicas !== 0;
    },
  };
}

function hasStarted({ pod }: FoundSet, container: string): boolean {
  const { containerStatuses = [], initContainerStatuses = [] } = pod?.status ?? {};
  const status = [...containerStatuses, ...initContainerStatuses].find(({ name }) => name === container);
  const { state, lastState } = status ?? {};
  return [state?.running, state?.terminated, lastState?.terminated].some((each) => each !== undefined);
}

function withoutLog({ workload, set, pod, events }: FoundSet): string {
  if (set.spec?.replicas === 0) {
    return `${workload} is stopped, and its log went with its pod. \`npx dokomodo start\` starts it.`;
  }
  const now = new Date();
  const start = judgeStart({ set, pod, events }, now);
  if (start.kind === "started") return `${workload} has no log yet.`;
  const why = start.kind === "refused" ? describeRefusal(start, now) : start.why;
  return `${workload} has no log yet, because it has not started: ${why}.`;
}

async function read(
  { config }: Cluster,
  namespace: string,
  { workload, container }: { readonly workload: string; readonly container: string },
  { follow, since, tail, signal }: LogOptions,
  onLine: (line: TimedLine) => void,
): Promise<void> {
  const { Log } = await import("@kubernetes/client-node");
  const lines = new LogLines(onLine);
  const taking = new Writable({
    write: (chunk: Buffer, _, done) => {
      lines.bytes(chunk);
      done();
    },
  });
  const ended = new Promise<void>((resolve, reject) => {
    taking.on("finish", resolve);
    // The log is piped, and a pipe does not pass on the errors of its source.
    taking.on("pipe", (source) => source.on("error", reject));
  });
  ended.catch(() => undefined);
  // A client of the cluster takes 0 for no limit.
  const start = tail === 0 ? new Date() : since;
  const log = new Log(config).log(namespace, podName(workload), container, taking, {
    follow,
    timestamps: true,
    ...(start === undefined ? {} : { sinceTime: start.toISOString() }),
    ...(tail === undefined ? {} : { tailLines: tail }),
  });
  const reading = await withinSeconds(ANSWER_SECONDS, log);
  const cut = () => reading.abort();
  if (signal?.aborted === true) cut();
  signal?.addEventListener("abort", cut);
  try {
    await ended;
  } catch (error) {
    if (signal?.aborted !== true) throw error;
  } finally {
    signal?.removeEventListener("abort", cut);
  }
  lines.end();
}
