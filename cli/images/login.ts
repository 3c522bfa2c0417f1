import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";

/** What `docker login` keeps for a registry. */
export type Login =
  | { readonly kind: "clear"; readonly credentials: Credentials }
  /** The credentials are kept by a program, `docker-credential-NAME`, which is not asked for them. */
  | { readonly kind: "helper"; readonly helper: string };

/** Credentials as the Docker Engine takes them (docs/internals/engines.md, pulling). */
export interface Credentials {
  readonly username: string;
  readonly password: string;
  readonly serveraddress: string;
  readonly identitytoken?: string;
}

/** The part of the docker CLI's config.json that is about registries. */
export type DockerConfig = z.output<typeof configShape>;

const text = z.string().optional();
const configShape = z.object({
  auths: z.record(z.string(), z.object({ auth: text, identitytoken: text })).default({}),
  credsStore: text,
  credHelpers: z.record(z.string(), z.string()).default({}),
});

/** Docker Hub's name in the config. Images call it docker.io (docs/internals/engines.md, logins). */
const HUB = "index.docker.io";

/** The path of the docker CLI's config. */
export function dockerConfigFile(env: NodeJS.ProcessEnv): string {
  return join(env["DOCKER_CONFIG"] || join(env["HOME"] ?? homedir(), ".docker"), "config.json");
}

/**
 * Reads the docker CLI's config. If there is none, nobody has logged in. Its text is never shown: it holds passwords.
 */
export async function readDockerConfig(file: string): Promise<DockerConfig> {
  let content: string;
  try {
    content = await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return configShape.parse({});
    throw new Error(`${file}, where docker login keeps its logins, cannot be read; correct its permissions`);
  }
  try {
    return configShape.parse(JSON.parse(content));
  } catch {
    throw new Error(
      `${file} is not what docker login writes; correct it, or remove it and run docker login again`,
    );
  }
}

/**
 * The login for a registry; undefined if there is none.
 * @param registry as images name it, such as `docker.io`
 */
export function loginFor(config: DockerConfig, registry: string): Login | undefined {
  const host = registry === "docker.io" ? HUB : registry;
  const entry = Object.entries(config.auths).find(([server]) => hostOf(server) === host);
  if (entry?.[1].auth) {
    const [serveraddress, { auth, identitytoken }] = entry;
    const [username = "", ...password] = Buffer.from(auth ?? "", "base64")
      .toString("utf8")
      .split(":");
    const token = identitytoken ? { identitytoken } : {};
    const credentials = { username, password: password.join(":"), serveraddress, ...token };
    return { kind: "clear", credentials };
  }
  const named = Object.entries(config.credHelpers).find(([server]) => hostOf(server) === host)?.[1];
  const helper = named ?? config.credsStore;
  return helper ? { kind: "helper", helper } : undefined;
}

/** The host of a key of `auths`, which is a host or an address such as https://index.docker.io/v1/. */
function hostOf(server: string): string {
  return server.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
}
