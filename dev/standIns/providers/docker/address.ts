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
  /** Options of ssh, for ssh:// only. Pulumi sends a provider's inputs as texts, so a list arrives as JSON. */
  sshOpts: z
    .preprocess((value) => (typeof value === "string" ? fromJson(value) : value), z.array(text))
    .optional(),
  caMaterial: text.optional(),
  certMaterial: text.optional(),
  keyMaterial: text.optional(),
  certPath: text.optional(),
  /** Accepted and ignored, because this provider never contacts a host before it has something to do. */
  disableDockerDaemonCheck: text.optional(),
  /** Pulumi's engine may add these two inputs to any provider. */
  version: text.optional(),
  pluginDownloadURL: text.optional(),
});

type Config = z.infer<typeof config>;

/** The address of a Docker Engine, and how it is reached. */
export interface Address {
  /** URL as the config states it, because the operator knows the host by it. */
  readonly url: string;
  readonly options: DockerOptions;
  /** Arguments of the ssh process that makes each connection. Absent for other schemes than ssh://. */
  readonly ssh?: readonly string[];
}

/** Lists what is wrong with the provider's own inputs. */
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

/** Reads the address in the provider's inputs, and the files of certPath. It does not contact the host. */
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
    // The host name is needed for HTTP only. ssh makes the connection to the engine.
    return {
      url,
      options: { protocol: "http", host: "docker" },
      ssh: sshArguments(url, stated.sshOpts ?? []),
    };
  }
  throw new Error(
    `"${url}" is no Docker host. Use unix:///path/to/docker.sock, tcp://name:port or ssh://user@name.`,
  );
}

function tlsIdentity(stated: Config): Pick<DockerOptions, "ca" | "cert" | "key"> | undefined {
  const { host, caMaterial: ca, certMaterial: cert, keyMaterial: key, certPath } = stated;
  const given = [ca, cert, key].some(Boolean);
  if ((given || certPath) && !host.startsWith("tcp://"))
    throw new Error(
      `Certificates are only for tcp:// hosts, but the host is ${host}. Leave the certificates out.`,
    );
  if (certPath && given)
    throw new Error(`For TLS to ${host}, state either certPath or the materials, not both.`);
  if (certPath) {
    const read = (name: string) => readTlsFile(join(certPath, name));
    return { ca: read("ca.pem"), cert: read("cert.pem"), key: read("key.pem") };
  }
  if (!given) return undefined;
  if (!ca || !cert || !key)
    throw new Error(
      `For TLS to ${host}, state all of caMaterial, certMaterial and keyMaterial. One is missing.`,
    );
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

/** Parses JSON. A text that is no JSON is returned unchanged, and the schema then refuses it because it is no list. */
function fromJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
