import { readFileSync } from "node:fs";
import { obstacleOf } from "./iguanaProcess";
import { listenerOn, processesOf } from "./listener";

const OUTDATED =
  "it was made for another plan than this agent's, and keeps what it was told; the `pulumi up` that is under way " +
  "replaces it, and where none is, the next one does";

/** Whether the Iguana that runs is the one of the agent's plan. No other is told anything. */
export class ToldCheck {
  constructor(
    private readonly rpcPort: number,
    private readonly digest: string,
    /** The path of the plan's `toldFile`, as Iguana's container has it. */
    private readonly path: string,
  ) {}

  /** Why Iguana may be told nothing; undefined where it may, or does not run. */
  refusal(): string | undefined {
    const listener = listenerOn(this.rpcPort);
    if (listener === undefined) return undefined;
    const [pid] = processesOf(listener);
    if (pid === undefined) return `what it was told cannot be known: ${obstacleOf(listener)}`;
    try {
      return readFileSync(`/proc/${pid}/root${this.path}`, "utf8") === this.digest ? undefined : OUTDATED;
    } catch {
      // One of an earlier release has no such file.
      return OUTDATED;
    }
  }
}
