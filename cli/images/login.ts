import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";

/** What `docker login` left for a registry. */
export type Login =
  | { readonly kind: "clear"; readonly credentials: Credentials }
  /** In a program of its own, `docker-credential-NAME`, which is not asked. */
  | { readonly kind: "helper"; readonly helper: string };

/** As the Docker Engine takes them. */
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

/** Docker Hub has another name in the config than in images. */
const HUB = "index.docker.io";

/** Where the docker CLI keeps its config. */
export function dockerConfigFile(env: NodeJS.ProcessEnv): string {
  return join(env["DOCKER_CONFIG"] || join(env["HOME"] ?? homedir(), ".docker"), "config.json");
}

/** Reads it; where there is none, nobody has logged in. Its text is never shown. */
export async function readDockerConfig(file: string): Promise<DockerConfig> {
  let content: string;
  try {
    content = await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return configShape.parse({});
    throw new Error(
      `${file}, where docker login keeps what it was told, cannot be read; mend its permissions`,
    );
  }
  try {
    return configShape.parse(JSON.parse(content));
  } catch {
    throw new Error(`${file} is not what docker login writes; mend it, or log in anew without it`);
  }
}

/** The login for a registry, named as images name it. */
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

/** Keys are hosts, or addresses such as https://index.docker.io/v1/. */
function hostOf(server: string): string {
  return server.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
}
