import type { ContainerAddress, Operations } from "../../platforms/operations";
import { RUN_DIRECTORY } from "../../runtime/agent/runDirectory";
import { Collected } from "./Collected";

/** The exit code of an agent that does not know the command, as one of an earlier release (runtime/agent/main.ts). */
export const UNKNOWN_COMMAND = 64;

/** How a command of the agent ended, and all that it wrote. */
export interface AgentAnswer {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

/** Runs a command of the agent, such as `readings`, in its container. */
export async function askAgent(
  operations: Pick<Operations, "exec">,
  agent: ContainerAddress,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<AgentAnswer> {
  const output = new Collected();
  const errors = new Collected();
  const command = ["node", `${RUN_DIRECTORY}/agent/agent.cjs`, ...args];
  const code = await operations.exec(agent, command, { output, errors, signal });
  return { code, output: output.text, errors: errors.text };
}
