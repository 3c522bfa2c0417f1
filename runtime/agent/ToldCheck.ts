import { readFileSync } from "node:fs";
import { obstacleOf } from "./iguanaProcess";
import { listenerOn, processesOf } from "./listener";

const OUTDATED =
  "it was made for another plan than this agent's, and it keeps what it was told; " +
  "the `pulumi up` that is under way replaces it, or else the next one";

/** Checks whether the running Iguana was made for the agent's plan. The agent tells nothing to any other. */
export class ToldCheck {
  constructor(
    private readonly rpcPort: number,
    private readonly digest: string,
    /** The plan's `toldFile`, a path in Iguana's container. */
    private readonly path: string,
  ) {}

  /** Why Iguana may be told nothing; undefined where it may, and where it does not run. */
  refusal(): string | undefined {
    const listener = listenerOn(this.rpcPort);
    if (listener === undefined) return undefined;
    const [pid] = processesOf(listener);
    if (pid === undefined) return `the agent cannot find out what it was told: ${obstacleOf(listener)}`;
    try {
      return readFileSync(`/proc/${pid}/root${this.path}`, "utf8") === this.digest ? undefined : OUTDATED;
    } catch {
      // An Iguana of an earlier release has no such file.
      return OUTDATED;
    }
  }
}
