import { createSocket } from "node:dgram";
import { isIPv4 } from "node:net";
import type { Place, PlaceOptions } from "./place";

const LOCAL_ENGINE = "unix:///var/run/docker.sock";

/**
 * The place of a stack on a Docker Engine. The host's address is the one that is stated, else the one in an ssh:// URL,
 * else for the local engine the address that this machine sends from. Throws where none of them is known.
 */
export async function dockerPlace({
  host: docker = LOCAL_ENGINE,
  address: stated,
}: PlaceOptions): Promise<Place> {
  const isLocal = docker.startsWith("unix://");
  if (!isLocal && !docker.startsWith("ssh://")) {
    throw new Error(
      `--host is ${docker}, and may be unix:///path of a socket or ssh://user@host[:port]. For tcp:// begin with another, and change the file`,
    );
  }
  const address = stated ?? (isLocal ? await ownAddress() : addressIn(docker));
  if (address === undefined || !isIPv4(address)) {
    const what = stated === undefined ? `the address of ${docker} is not known` : `--address is ${stated}`;
    throw new Error(
      `${what}; state the IPv4 address at which others reach the host, as --address 203.0.113.7`,
    );
  }
  const command = docker === LOCAL_ENGINE ? "docker" : `docker --host ${docker}`;
  const host = { name: isLocal ? "local" : "alpha", docker, address };
  return {
    description: `${docker} (${address})`,
    host,
    looks: (workload) => [`${command} ps`, `${command} logs --follow ${workload}`],
  };
}

function addressIn(docker: string): string | undefined {
  const host = URL.canParse(docker) ? new URL(docker).hostname : "";
  return isIPv4(host) ? host : undefined;
}

/** The address from which this machine sends to the Internet. A connected UDP socket has it, and sends nothing. */
async function ownAddress(): Promise<string | undefined> {
  const socket = createSocket("udp4");
  try {
    await new Promise<void>((done, failed) => {
      socket.once("error", failed);
      // An address that is reserved for documentation (RFC 5737).
      socket.connect(9, "192.0.2.1", done);
    });
    return socket.address().address;
  } catch {
    return undefined;
  } finally {
    socket.close();
  }
}
