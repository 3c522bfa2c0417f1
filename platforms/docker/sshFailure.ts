import { CONNECT_SECONDS, type DockerEndpoint } from "./host";

/** Says why ssh did not lead to a host's Docker Engine, and what to do. It completes "host alpha (ssh://…): …". */
export class SshFailure extends Error {}

/** The failure of an ssh that could not even be started, such as `spawn ssh ENOENT`. */
export function withoutSsh({ message }: Error): SshFailure {
  return new SshFailure(
    `ssh cannot be run on this machine (${message}). Install an SSH client, such as Debian's openssh-client.`,
  );
}

/**
 * Explains what ssh, or docker at its other end, said about a failure (docs/internals/engines.md, what ssh says), and
 * says what to do. The text completes "host alpha (ssh://…): …".
 */
export function explainSsh(said: string, endpoint: DockerEndpoint): string {
  const lastLine = said.trim().split("\n").at(-1)?.trim() ?? "";
  if (lastLine === "") return silence();
  const known = failures(endpoint).find(([says]) => says.test(said));
  return known === undefined ? lastLine : known[1];
}

function silence(): string {
  return `no answer in ${CONNECT_SECONDS} s. Is the machine up, and its address right?`;
}

/** The known failures. The first one that fits counts, because ssh says several things at once. */
function failures({ docker, ssh }: DockerEndpoint): [says: RegExp, reason: string][] {
  const { username, hostname, port } = new URL(docker);
  const knownHosts = ssh.knownHosts ?? "~/.ssh/known_hosts";
  const scan = `ssh-keyscan ${port === "" ? "" : `-p ${port} `}${hostname}`;
  const knownAs = port === "" ? hostname : `'[${hostname}]:${port}'`;
  return [
    [
      /IDENTIFICATION HAS CHANGED/,
      `its SSH key is another than the one in ${knownHosts}: the machine was set up anew, or somebody stands in ` +
        `between. If it was set up anew, remove the old key (ssh-keygen -R ${knownAs} -f ${knownHosts}) and add ` +
        "the new one.",
    ],
    [
      /Host key verification failed|host key is known/,
      `its SSH key is not in ${knownHosts}. Compare the fingerprint (${scan} | ssh-keygen -lf -) with the machine's ` +
        `own, then add it (${scan} >> ${knownHosts}).`,
    ],
    [
      /Permission denied \(/,
      `it does not let ${username} in with ${ssh.identity ?? "the SSH keys at hand"}. Add the public key to ` +
        `${username}'s authorized_keys there.`,
    ],
    [/command not found|docker: not found/, "there is no docker command. Install Docker there."],
    [
      /permission denied while trying to connect to the Docker|docker.*permission denied/i,
      `${username} may not use its Docker Engine. Run sudo usermod -aG docker ${username} there.`,
    ],
    [
      // docker's own words for a socket that is not there. They come before ssh's for a port that refuses.
      /Cannot connect to the Docker daemon|dial unix .*: (no such file or directory|connection refused)/i,
      "its Docker Engine does not run. Start it there (sudo systemctl start docker).",
    ],
    [/timed out/i, silence()],
    [
      /No route to host|Network is unreachable/i,
      "there is no way to it. Is the machine up, and its address right?",
    ],
    [/Connection refused/i, "nothing listens on its SSH port. Is sshd up there, and the port right?"],
    [/Could not resolve/i, "its name is not known. Is the name in `docker` right?"],
  ];
}
