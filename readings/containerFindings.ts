import { ENTRYPOINT_EXITS } from "./entrypointExits";
import { type Finding, judged } from "./finding";
import { RECOVERED_SECONDS, THRESHOLDS, type Thresholds } from "./thresholds";
import { counted, durationText } from "./wording";

/** What is known of a container. A platform's look has it in this shape (platforms/operations.ts, SeenContainer). */
export interface ContainerReading {
  readonly state: "running" | "starting" | "stopped";
  /** Why it does not run, in the platform's words. */
  readonly why?: string | undefined;
  readonly startedAt?: Date | undefined;
  readonly restarts: number;
  readonly lastExit?:
    | { readonly code: number; readonly at?: Date | undefined; readonly outOfMemory: boolean }
    | undefined;
  readonly memoryBytes?: number | undefined;
}

/** What is not as it should be with a container. One that has run for an hour has recovered from what was before. */
export function containerFindings(
  container: ContainerReading,
  now: Date = new Date(),
  thresholds: Thresholds = THRESHOLDS,
): Finding[] {
  const { state, why, restarts, startedAt } = container;
  const ended = exitText(container);
  // The platform's words may say it already.
  const isSaid = ended !== undefined && why?.includes(ended) === true;
  const meaning = ENTRYPOINT_EXITS[container.lastExit?.code ?? 0]?.meaning;
  const because = [why, isSaid ? "" : ended, meaning]
    .filter((text) => text !== undefined && text !== "")
    .join("; ");
  const after = because === "" ? "" : `: ${because}`;
  if (state === "stopped")
    return [{ of: "stopped", level: "bad", text: `does not run${after}; it stays down until it is started` }];
  const again = judged("restarts", restarts, thresholds.restarts, (count) => {
    return `was started again ${counted(count, "time")}`;
  })[0];
  if (state === "starting") {
    const level = again?.level ?? "doubtful";
    const text =
      again === undefined ? `is starting${after}` : `is starting, and ${again.text} before${after}`;
    return [{ of: "starting", level, text }];
  }
  const runs = startedAt === undefined ? undefined : (now.getTime() - startedAt.getTime()) / 1000;
  if (again === undefined || (runs !== undefined && runs >= RECOVERED_SECONDS)) return [];
  const since = runs === undefined ? "" : `, ${durationText(Math.max(0, runs))} ago last`;
  return [{ ...again, text: `${again.text}${since}${after}` }];
}

function exitText({ lastExit, memoryBytes }: ContainerReading): string | undefined {
  if (lastExit === undefined) return undefined;
  const { code, outOfMemory } = lastExit;
  if (!outOfMemory) return `it ended with ${code}`;
  const limit = memoryBytes === undefined ? "" : ` of ${Math.round(memoryBytes / 2 ** 20)} MiB`;
  return `the kernel killed it at its limit of memory${limit}; raise its memory in the config`;
}
