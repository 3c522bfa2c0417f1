import { PassThrough, type Readable } from "node:stream";
import { loadStackFile } from "../../config/loadFile";
import { everyNode } from "../../config/stack";
import { ProblemsError } from "../../input/problem";
import { networkPlan } from "../../notary/networkPlan";
import { OperationsByHost } from "../../platforms/OperationsByHost";
import type { LogLine, LogOptions, Operations, SeenContainer } from "../../platforms/operations";
import type { TestStack } from "./TestStack";

/** The operations of a test's stack, as a command opens them: from the stack's files alone. */
export function operationsOf({ command: { directory, stack } }: TestStack, firstName = stack): Operations {
  const loaded = loadStackFile({ directory, stackName: stack });
  if (!loaded.ok) throw new ProblemsError(loaded.problems);
  const { shares } = loaded.value;
  const networks = everyNode(loaded.value).map((node) => networkPlan(node, (host) => shares.segmentOf(host)));
  return new OperationsByHost(shares.all, { stackName: stack, networks, firstName: async () => firstName });
}

export interface Executed {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

/** Runs a command in a container, and keeps what it writes. */
export async function execute(
  operations: Operations,
  container: Parameters<Operations["exec"]>[0],
  command: readonly string[],
  {
    input,
    terminal,
  }: { readonly input?: Readable; readonly terminal?: { rows: number; columns: number } } = {},
): Promise<Executed> {
  const [output, errors] = [new PassThrough(), new PassThrough()].map((stream) => {
    const chunks: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    return { stream, text: () => Buffer.concat(chunks).toString("utf8") };
  });
  if (output === undefined || errors === undefined) throw new Error("there are two streams");
  if (terminal !== undefined) Object.assign(output.stream, terminal);
  const code = await operations.exec(container, command, {
    input,
    output: output.stream,
    errors: errors.stream,
    terminal: terminal !== undefined,
  });
  return { code, output: output.text(), errors: errors.text() };
}

/** The lines of a container's log. */
export async function linesOf(
  operations: Operations,
  container: Parameters<Operations["logs"]>[0],
  options: Partial<LogOptions> = {},
): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  await operations.logs(container, { follow: false, ...options }, (line) => lines.push(line));
  return lines;
}

/** What is seen of the containers of one workload, keyed by role. The first container has an empty one. */
export async function seenOf(
  operations: Operations,
  workload: string,
): Promise<Readonly<Record<string, SeenContainer>>> {
  const { containers } = await operations.look();
  const own = containers.filter((each) => each.workload === workload);
  return Object.fromEntries(own.map((each) => [each.role ?? "", each]));
}
