import type { ContainerAddress, Operations } from "../../platforms/operations";

/** Runs a command in a container with this program's own input, output and terminal. Resolves to its exit code. */
export async function runIn(
  container: ContainerAddress,
  command: readonly string[],
  operations: Operations,
): Promise<number> {
  const { stdin, stdout, stderr } = process;
  const terminal = stdin.isTTY === true && stdout.isTTY === true;
  // The container's terminal handles Ctrl-C and line editing. This one would do it a second time.
  if (terminal) stdin.setRawMode(true);
  try {
    return await operations.exec(container, command, {
      input: stdin,
      output: stdout,
      errors: stderr,
      terminal,
    });
  } finally {
    if (terminal) stdin.setRawMode(false);
    // Otherwise the open input would keep the program alive.
    stdin.destroy();
  }
}
