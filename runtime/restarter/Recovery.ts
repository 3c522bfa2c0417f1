import type { InspectedContainer, ListedContainer } from "./engine";
import { Unreachable } from "./engine";

/** The part of a Docker Engine that a recovery needs. */
export interface Containers {
  ended(label: string): Promise<readonly ListedContainer[]>;
  inspect(id: string): Promise<InspectedContainer>;
  start(id: string): Promise<void>;
}

export interface RecoveryArgs {
  readonly engine: Containers;
  /** Only containers with this label are started. */
  readonly label: string;
  /** Seconds that only go up. */
  readonly now: () => number;
  readonly log: (line: string) => void;
}

/** Seconds between two attempts to start the same container: the shortest pause, and the longest. */
const FIRST_PAUSE = 1;
const LONGEST_PAUSE = 30;

interface Failure {
  readonly why: string;
  /** Seconds until the next attempt. */
  readonly pause: number;
  /** When the failed attempt was made, by `now`. */
  readonly at: number;
}

/**
 * Starts containers that the Docker Engine gave up.
 *
 * The containers of a workload join the namespaces of its pause container. After a reboot, or when pause was killed,
 * the engine tries some of them before pause runs. It refuses them itself and never tries again (moby
 * daemon/monitor.go, handleContainerExit; seen with 20.10 and 28.5). It also gives up a container whose port is
 * taken.
 *
 * A container that the engine gave up has the error of that attempt. A container that a person stopped has no error,
 * and stays stopped.
 */
export class Recovery {
  private readonly failures = new Map<string, Failure>();

  constructor(private readonly args: RecoveryArgs) {}

  /** Looks once at all containers that have ended. One that cannot be started does not keep the others down. */
  async round(): Promise<void> {
    const ended = await this.args.engine.ended(this.args.label);
    const ids = new Set(ended.map(({ Id }) => Id));
    for (const id of this.failures.keys()) if (!ids.has(id)) this.failures.delete(id);
    for (const container of ended) {
      if (!this.isDue(container.Id)) continue;
      try {
        await this.recover(container);
      } catch (error) {
        if (error instanceof Unreachable) throw error;
        this.note(container, error instanceof Error ? error.message : String(error));
      }
    }
  }

  private async recover(container: ListedContainer): Promise<void> {
    const { engine, log } = this.args;
    const { State, HostConfig } = await engine.inspect(container.Id);
    if (State.Running || State.Error === "") return;
    const [, pause] = /^container:(.+)$/.exec(HostConfig.NetworkMode) ?? [];
    // A person may have stopped its pause. Then the container stays stopped, too.
    if (pause !== undefined && !(await engine.inspect(pause)).State.Running) return;
    await engine.start(container.Id);
    this.failures.delete(container.Id);
    log(`${nameOf(container)}: started again; Docker had given it up: ${State.Error}`);
  }

  private isDue(id: string): boolean {
    const failure = this.failures.get(id);
    return failure === undefined || this.args.now() - failure.at >= failure.pause;
  }

  private note(container: ListedContainer, why: string): void {
    const before = this.failures.get(container.Id);
    const pause = before === undefined ? FIRST_PAUSE : Math.min(2 * before.pause, LONGEST_PAUSE);
    this.failures.set(container.Id, { why, pause, at: this.args.now() });
    if (before?.why !== why)
      this.args.log(`${nameOf(container)}: could not be started, and will be tried again: ${why}`);
  }
}

function nameOf({ Names: [name = ""] }: ListedContainer): string {
  return name.replace(/^\//, "");
}
