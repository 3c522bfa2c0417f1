import type { InspectedContainer, ListedContainer } from "./engine";
import { Unreachable } from "./engine";

/** What a recovery needs of a Docker Engine. */
export interface Containers {
  ended(label: string): Promise<readonly ListedContainer[]>;
  inspect(id: string): Promise<InspectedContainer>;
  start(id: string): Promise<void>;
}

/** Seconds between two attempts to start the same container: the first, and the longest. */
const FIRST_PAUSE = 1;
const LONGEST_PAUSE = 30;

interface Failure {
  readonly why: string;
  /** Seconds until the next attempt, as counted from this one. */
  readonly pause: number;
  /** When it was made, in the clock's seconds. */
  readonly at: number;
}

/**
 * Starts what the Docker Engine gave up. The containers of a workload join the namespaces of its pause container. After
 * a reboot, or when pause was killed, the engine tries some of them before pause runs, is refused by itself and never
 * tries again (moby daemon/monitor.go, handleContainerExit; seen on 20.10 and 28.5). Nor does it try again what it could
 * not start because a port was taken. Such a container has the error of that attempt. One that a person stopped has none
 * and stays stopped.
 */
export class Recovery {
  private readonly failures = new Map<string, Failure>();

  constructor(
    private readonly engine: Containers,
    private readonly label: string,
    /** Seconds that only go up. */
    private readonly now: () => number,
    private readonly log: (line: string) => void,
  ) {}

  /** One look at all that has ended. What cannot be started keeps no other from it. */
  async round(): Promise<void> {
    const ended = await this.engine.ended(this.label);
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
    const { State, HostConfig } = await this.engine.inspect(container.Id);
    if (State.Running || State.Error === "") return;
    const [, holder] = /^container:(.+)$/.exec(HostConfig.NetworkMode) ?? [];
    // Its pause may have been stopped by a person, and then it stays stopped with it.
    if (holder !== undefined && !(await this.engine.inspect(holder)).State.Running) return;
    await this.engine.start(container.Id);
    this.failures.delete(container.Id);
    this.log(`${nameOf(container)}: started again; Docker had given it up: ${State.Error}`);
  }

  private isDue(id: string): boolean {
    const failure = this.failures.get(id);
    return failure === undefined || this.now() - failure.at >= failure.pause;
  }

  private note(container: ListedContainer, why: string): void {
    const before = this.failures.get(container.Id);
    const pause = before === undefined ? FIRST_PAUSE : Math.min(2 * before.pause, LONGEST_PAUSE);
    this.failures.set(container.Id, { why, pause, at: this.now() });
    if (before?.why !== why) this.log(`${nameOf(container)}: cannot be started, and is tried again: ${why}`);
  }
}

function nameOf({ Names: [name = ""] }: ListedContainer): string {
  return name.replace(/^\//, "");
}
