import type Docker from "dockerode";
import type { SeenContainer, SeenExit } from "../../operations";
import type { PlannedContainer } from "./planned";

export interface InspectedContainer {
  readonly planned: PlannedContainer;
  readonly inspected: Docker.ContainerInspectInfo;
}

/** The time of what has not happened yet, as the engine writes it. */
const NEVER = "0001-01-01T00:00:00Z";

/** What is seen of a host's containers. */
export function seenContainers(all: readonly InspectedContainer[]): SeenContainer[] {
  const running = new Set(
    all.filter(({ inspected }) => isRunning(inspected)).map(({ inspected }) => inspected.Id),
  );
  const hasRestarter = all.some(({ planned, inspected }) => {
    return planned.part === "restarter" && running.has(inspected.Id);
  });
  return all.map(({ planned, inspected }) => {
    const { name, host, workload, role } = planned;
    const [, pause] = /^container:(.+)$/.exec(inspected.HostConfig.NetworkMode ?? "") ?? [];
    const isTriedAgain = hasRestarter && (pause === undefined || running.has(pause));
    return { name, host, workload, role, ...seenState(inspected, isTriedAgain), ...seenRest(inspected) };
  });
}

function isRunning({ State }: Docker.ContainerInspectInfo): boolean {
  return State.Running && !State.Restarting;
}

/** @param isTriedAgain whether a restarter starts what the engine has given up */
function seenState(
  { State }: Docker.ContainerInspectInfo,
  isTriedAgain: boolean,
): Pick<SeenContainer, "state" | "why"> {
  const { Status, ExitCode, Error: error } = State;
  if (State.Restarting)
    return { state: "starting", why: `it ended with ${ExitCode}, and Docker starts it again` };
  if (State.Paused) return { state: "stopped", why: "it is frozen (docker pause)" };
  if (State.Running) return { state: "running" };
  if (error !== "") return { state: isTriedAgain ? "starting" : "stopped", why: error };
  if (Status === "created") return { state: "stopped", why: "it was made and never started" };
  if (Status === "exited") return { state: "stopped", why: "somebody stopped it" };
  return { state: "stopped", why: `Docker calls it ${Status}` };
}

function seenRest({
  State,
  RestartCount,
  Config,
  HostConfig,
}: Docker.ContainerInspectInfo): Pick<
  SeenContainer,
  "startedAt" | "restarts" | "lastExit" | "image" | "memoryBytes"
> {
  const { Memory = 0 } = HostConfig;
  return {
    startedAt: timeOf(State.StartedAt),
    restarts: RestartCount,
    lastExit: lastExit(State),
    image: Config.Image,
    memoryBytes: Memory === 0 ? undefined : Memory,
  };
}

/** The engine forgets how a process ended when the next one starts (docs/internals/engines.md, the exit code). */
function lastExit(State: Docker.ContainerInspectInfo["State"]): SeenExit | undefined {
  const at = timeOf(State.FinishedAt);
  if (at === undefined || (State.Running && !State.Restarting)) return undefined;
  return { code: State.ExitCode, at, outOfMemory: State.OOMKilled };
}

function timeOf(text: string): Date | undefined {
  return text === NEVER ? undefined : new Date(text);
}
