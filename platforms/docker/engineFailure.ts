import { type NetworkFault, networkFault } from "../networkFault";
import { opensslWords } from "../opensslWords";
import { EngineRefusal } from "./engineApi";
import { type DockerEndpoint, engineSocket } from "./host";
import { SshFailure } from "./sshFailure";

/** The most characters of a foreign text that a message quotes. */
const QUOTED = 200;

/**
 * Explains why a call of a Docker Engine failed, and says what to do. The text completes "host alpha (tcp://…): …" and
 * ends with a full stop. It quotes nothing of the files with the host's certificates.
 *
 * @example explainEngine(error, endpoint); // "its Docker Engine cannot be reached: there is no socket …. Start Docker …"
 */
export function explainEngine(error: unknown, endpoint: DockerEndpoint): string {
  if (error instanceof SshFailure) return error.message;
  if (error instanceof EngineRefusal) {
    const { status, message } = error;
    if (message.includes("no space left on device"))
      return `its Docker Engine has a full disk (${quoted(message)}). ${MAKE_ROOM}`;
    return `its Docker Engine refuses the call: ${quoted(message)} (HTTP ${status}). If something else answers there, ${CORRECT}. ${SEE_LOG}`;
  }
  const { code, message } = faultOf(error);
  const words = quoted(opensslWords(message));
  const said = `${code} ${message}`;
  return meaningAt(endpoint, said, words) ?? `a call of its Docker Engine failed: ${words}. ${SEE_LOG}`;
}

const UNREACHED = "its Docker Engine cannot be reached:";
const SEE_LOG = "Its log on the host says more (journalctl -u docker).";
const MAKE_ROOM = "Make room on the disk that holds the Docker Root Dir of `docker info`.";
const START = "sudo systemctl start docker";
const CORRECT = "correct `docker` of the host in dokomodo:hosts";

/** The code and message of an error of Node. An AggregateError, for a name with several addresses, has no message. */
function faultOf(error: unknown): { readonly code: string; readonly message: string } {
  if (!(error instanceof Error)) return { code: "", message: String(error) };
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return { code, message: error.message === "" ? code : error.message };
}

function quoted(text: string): string {
  const line = text.replace(/\s+/g, " ").trim().replace(/\.$/, "");
  return line.length <= QUOTED ? line : `${line.slice(0, QUOTED)}…`;
}

type Failure = readonly [says: RegExp, meaning: string];

/**
 * What a known failure means.
 * @param said an error's code and message
 * @param words what Node said, to be quoted
 */
function meaningAt(endpoint: DockerEndpoint, said: string, words: string): string | undefined {
  const { docker } = endpoint;
  if (docker.startsWith("tcp://")) {
    const fault = networkFault(said) ?? (ABORTED.test(said) ? "broken off" : undefined);
    if (fault !== undefined) return meaningsAtPort(endpoint, words)[fault];
  }
  const own = docker.startsWith("unix://") ? failuresOfSocket(endpoint, words) : [];
  return [...own, ...failuresAnywhere(words)].find(([says]) => says.test(said))?.[1];
}

/** Node's word for an answer that is cut off in the middle. */
const ABORTED = /\baborted\b/;

function failuresAnywhere(words: string): Failure[] {
  return [
    [/no answer in/, `${UNREACHED} ${words}. ${SEE_LOG}`],
    [
      /\bECONNRESET\b|\bEPIPE\b|\baborted\b|socket hang up/,
      `the connection to its Docker Engine broke off (${words}). Is the engine up? ${SEE_LOG}`,
    ],
    [/\bHPE_/, `${UNREACHED} what answers there does not speak HTTP (${words}). To mend it, ${CORRECT}.`],
  ];
}

/** Failures at a socket of this machine. */
function failuresOfSocket(endpoint: DockerEndpoint, words: string): Failure[] {
  const socket = engineSocket(endpoint);
  return [
    [
      /\bENOENT\b|\bENOTDIR\b/,
      `${UNREACHED} there is no socket ${socket} on this machine (${words}). Start Docker (${START}), or ${CORRECT}. ` +
        "`docker context inspect` shows the socket that the docker command uses.",
    ],
    [
      /\bEACCES\b|\bEPERM\b/,
      `${UNREACHED} you may not use the socket ${socket} (${words}). Join the group docker ` +
        "(sudo usermod -aG docker $USER, then log in again), or run this with sudo.",
    ],
    [
      /\bECONNREFUSED\b/,
      `${UNREACHED} nothing listens on the socket ${socket} (${words}). Start Docker on this machine (${START}). If it ` +
        "does not start, journalctl -u docker says why.",
    ],
  ];
}

/** What failures mean at a port, where TLS is spoken. */
function meaningsAtPort(
  { docker, certificates }: DockerEndpoint,
  words: string,
): Readonly<Record<NetworkFault, string>> {
  const { hostname, port } = new URL(docker.replace("tcp:", "https:"));
  return {
    refused:
      `${UNREACHED} nothing listens on its port ${port} (${words}). Start Docker there, let it listen on that port ` +
      "(`hosts` in /etc/docker/daemon.json), or correct the port in `docker` of the host in dokomodo:hosts.",
    "unknown name": `${UNREACHED} the name ${hostname} is not known (${words}). Check the name servers of this machine, or ${CORRECT}.`,
    "no way": `${UNREACHED} there is no way to it (${words}). Is the machine up, and its address right?`,
    silence: `${UNREACHED} ${words}. Is the machine up, its address right, and port ${port} open in its firewall?`,
    "other name in certificate":
      `${UNREACHED} its certificate is not for ${hostname} (${words}). Give it one that names ${hostname}, or state in ` +
      "`docker` of the host a name that the certificate has.",
    "certificate not valid now":
      `${UNREACHED} its certificate is not valid now (${words}). Renew it there (\`tlscert\` in ` +
      "/etc/docker/daemon.json), and check the clocks of both machines.",
    "other authority":
      `${UNREACHED} its certificate is not from the authority in ${certificates}/ca.pem (${words}). Put the ` +
      "certificate of the authority that signed it into that file.",
    "own certificate refused":
      `${UNREACHED} it refuses the client certificate ${certificates}/cert.pem (${words}). Take a valid one from the ` +
      "authority that it trusts (`tlscacert` in /etc/docker/daemon.json there).",
    "own certificate unusable":
      `${UNREACHED} the certificates in ${certificates} cannot be used (${words}). ca.pem, cert.pem and key.pem have to ` +
      "be PEM files, and key.pem has to be the key of cert.pem.",
    "no TLS":
      `${UNREACHED} what answers there does not speak TLS (${words}). Start the engine with \`tlsverify\`, or correct ` +
      "the port in `docker` of the host in dokomodo:hosts.",
    "broken off":
      `the connection to its Docker Engine broke off (${words}). Is the engine up, and does it trust the authority of ` +
      `the client certificate ${certificates}/cert.pem? ${SEE_LOG}`,
  };
}
