import { exchange } from "./iguanaHttp";
import { type Listener, listenerOn, processesOf } from "./listener";

const QUESTION_MILLISECONDS = 2000;
/** `SuperNET/stop` answers nothing, and ends Iguana after 19 s (dPoW iguana/main.c, iguana_exit). */
const STOP_MILLISECONDS = 25_000;

/** What makes Iguana blank: it comes back so whenever its process ends, for it keeps nothing. */
export interface Endable {
  /** Whether Iguana is certain to notarise nothing: it does not run, or knows no notary, not even itself. */
  isBlank(): Promise<boolean>;
  /** Does what it can to end Iguana, which may take it a while; answers with what that is. */
  end(): string;
  /** Why Iguana cannot be ended at once; undefined where it can, or does not run. */
  obstacle(): string | undefined;
}

/**
 * Iguana's process, as what listens on its RPC's port. It is killed where this one may, which takes the same uid and
 * gid. Iguana's own `SuperNET/stop` comes second: it goes on notarising until it ends, 19 s later.
 */
export class IguanaProcess implements Endable {
  private isStopping = false;

  constructor(private readonly rpcPort: number) {}

  async isBlank(): Promise<boolean> {
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
    return `it was asked to stop, and goes on until it does, 20 s later: ${obstacleOf(listener)}`;
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
      // It ends without an answer.
    } finally {
      this.isStopping = false;
    }
  }
}

/** Why this process may not look into what listens, nor end it. */
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
    // Gone already, or not to be killed, which shows when Iguana is looked at again.
  }
}
