import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { DockerOptions } from "dockerode";
import { z } from "zod";
import { type Failure, hasUnknown, type Properties } from "../provider";
import { failures } from "./comparison";
import { sshArguments } from "./sshCommand";

const text = z.string();

const config = z.strictObject({
  host: text.default("unix:///var/run/docker.sock"),
  /** Of no meaning but with ssh://. A provider's own inputs are texts: a list is one of JSON. */
  sshOpts: z
    .preprocess((value) => (typeof value === "string" ? fromJson(value) : value), z.array(text))
    .optional(),
  caMaterial: text.optional(),
  certMaterial: text.optional(),
  keyMaterial: text.optional(),
  certPath: text.optional(),
  /** There is no check to disable: nothing is asked of the host before there is something to do. */
  disableDockerDaemonCheck: text.optional(),
  /** The engine's own inputs of every provider. */
  version: text.optional(),
  pluginDownloadURL: text.optional(),
});

type Config = z.infer<typeof config>;

/** Where a Docker Engine is, and how it is reached. */
export interface Address {
  /** As in the config: it is what the operator knows the host by. */
  readonly url: string;
  readonly options: DockerOptions;
  /** The arguments of the ssh that makes each connection, where one does. */
  readonly ssh?: readonly string[];
}

/** What is wrong with the provider's own inputs. */
export function checkConfig(inputs: Properties): Failure[] {
  const found = failures(config, inputs);
  if (found.length > 0 || hasUnknown(inputs)) return found;
  try {
    readAddress(inputs);
    return [];
  } catch (error) {
    return [{ property: "", reason: error instanceof Error ? error.message : String(error) }];
  }
}

/** The address that the provider's inputs state. Reads the files of certPath, and asks nothing of any host. */
export function readAddress(inputs: Properties): Address {
  const stated = config.parse(inputs);
  const url = stated.host;
  const identity = tlsIdentity(stated);
  const [scheme, rest] = url.split("://", 2);
  if (scheme === "tcp" && rest !== undefined && URL.canParse(`http://${rest}`)) {
    const { hostname: host, port } = new URL(`http://${rest}`);
    if (identity === undefined) return { url, options: { protocol: "http", host, port: port || "2375" } };
    return { url, options: { protocol: "https", host, port: port || "2376", ...identity } };
  }
  if (scheme === "unix" && rest?.startsWith("/")) return { url, options: { socketPath: rest } };
  if (scheme === "ssh") {
    // The name is of no meaning to the engine, which is at the other end of the connection already.
    return {
      url,
      options: { protocol: "http", host: "docker" },
      ssh: sshArguments(url, stated.sshOpts ?? []),
    };
  }
  throw new Error(
    `"${url}" is no Docker host: expected unix:///path/to/docker.sock, tcp://name:port or ssh://user@name`,
  );
}

function tlsIdentity(stated: Config): Pick<DockerOptions, "ca" | "cert" | "key"> | undefined {
  const { host, caMaterial: ca, certMaterial: cert, keyMaterial: key, certPath } = stated;
  const given = [ca, cert, key].some(Boolean);
  if ((given || certPath) && !host.startsWith("tcp://"))
    throw new Error(`TLS is for tcp:// hosts alone, and the host is ${host}`);
  if (certPath && given)
    throw new Error(`TLS to ${host} needs either certPath or the materials, and not both`);
  if (certPath) {
    const read = (name: string) => readTlsFile(join(certPath, name));
    return { ca: read("ca.pem"), cert: read("cert.pem"), key: read("key.pem") };
  }
  if (!given) return undefined;
  if (!ca || !cert || !key)
    throw new Error(`TLS to ${host} needs caMaterial, certMaterial and keyMaterial; one is missing`);
  return { ca, cert, key };
}

function readTlsFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? error.code : error;
    throw new Error(`certPath needs ca.pem, cert.pem and key.pem, and ${path} cannot be read: ${reason}`);
  }
}

/** What is no JSON stays as it is, and is refused as no list. */
function fromJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
