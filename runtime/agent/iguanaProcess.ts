import type { LeasedProcess } from "../lease/leasedProcess";
import { exchange } from "./iguanaHttp";
import { type Listener, listenerOn, processesOf } from "./listener";

const QUESTION_MILLISECONDS = 2000;
/** Iguana does not answer `SuperNET/stop`. It ends 19 s later (dPoW iguana/main.c, iguana_exit). */
const STOP_MILLISECONDS = 25_000;

/**
 * Iguana's process: the one that listens on its RPC's port. It keeps nothing when it ends, so it comes back idle.
 *
 * This process kills it where it may, which takes the same uid and gid. Otherwise it sends Iguana's own
 * `SuperNET/stop`, which is worse: Iguana goes on notarising for another 19 s.
 */
export class IguanaProcess implements LeasedProcess {
  readonly name = "Iguana";
  private isStopping = false;

  constructor(private readonly rpcPort: number) {}

  /** Whether Iguana certainly notarises nothing: it does not run, or knows no notary, not even itself. */
  async isIdle(): Promise<boolean> {
    if (listenerOn(this.rpcPort) === undefined) return true;
    const request = { agent: "dpow", method: "ipaddrs" };
    const notaries = await exchange(this.rpcPort, request, QUESTION_MILLISECONDS).catch(() => undefined);
    return Array.isArray(notaries) && notaries.length === 0;
  }

  end(): string {
    const listener = listenerOn(this.rpcPort);
    if (listener === undefined) return "it is gone";
    const pids = processesOf(listener);
    for (const pid of pids) kill(pid);
    if (pids.length > 0) return "it was killed";
    void this.stop();
    return `it was asked to stop, which takes it 20 s: ${obstacleOf(listener)}`;
  }

  obstacle(): string | undefined {
    const listener = listenerOn(this.rpcPort);
    return listener === undefined || processesOf(listener).length > 0 ? undefined : obstacleOf(listener);
  }

  private async stop(): Promise<void> {
    if (this.isStopping) return;
    this.isStopping = true;
    try {
      await exchange(this.rpcPort, { agent: "SuperNET", method: "stop" }, STOP_MILLISECONDS);
    } catch {
      // Iguana ends without an answer.
    } finally {
      this.isStopping = false;
    }
  }
}

/** Why this process may neither look into the listening process nor end it. */
export function obstacleOf({ uid }: Listener): string {
  const [own, ownGroup] = [process.getuid?.() ?? "?", process.getgid?.() ?? "?"];
  return (
    `Iguana runs as uid ${uid} and this agent as ${own}:${ownGroup}; ` +
    "it can kill Iguana only with the same uid and gid, in the same PID namespace"
  );
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // The process is gone already, or may not be killed. The next look at Iguana shows which.
  }
}
