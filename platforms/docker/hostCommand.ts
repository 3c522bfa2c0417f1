import type { DockerEndpoint } from "./host";
import { sshArguments } from "./sshStream";

const PATIENCE_MILLISECONDS = 10_000;

/**
 * What a command prints on a Docker host. The answer is empty if the command fails or cannot be run, because it is the
 * probe that reports what is wrong with a host. It is also empty for a host at tcp://, where no command can be run.
 * Over ssh the host's shell reads the words, so they must not contain blanks, quotes or other characters that mean
 * something to a shell.
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
