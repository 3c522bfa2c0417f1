import type { DockerEndpoint } from "./host";
import { sshArguments } from "./sshStream";

const PATIENCE_MILLISECONDS = 10_000;

/**
 * What a command prints on a Docker host. Nothing where it cannot be run or fails, for what is wrong with a host is told
 * by its probe; and nothing for a host at tcp://, where the engine can be called but no command can be run. Over SSH the
 * host's shell reads the words, so they have no blank, quote or other character of a shell's.
 *
 * @example await outputOn(endpoint, ["getent", "passwd", "1000"]);
 */
export async function outputOn(endpoint: DockerEndpoint, command: readonly string[]): Promise<string> {
  const { docker } = endpoint;
  if (docker.startsWith("unix://")) return outputOf(command);
  if (!docker.startsWith("ssh://")) return "";
  return outputOf(["ssh", ...sshArguments(endpoint, command.join(" "))]);
}

async function outputOf([file = "", ...args]: readonly string[]): Promise<string> {
  const { execa } = await import("execa");
  const { stdout } = await execa(file, args, {
    reject: false,
    stdin: "ignore",
    stderr: "ignore",
    timeout: PATIENCE_MILLISECONDS,
  });
  return stdout ?? "";
}
