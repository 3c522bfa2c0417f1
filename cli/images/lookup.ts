import type { Image } from "dockerode";
import { EngineRefusal, openEngine } from "../../platforms/docker/engineApi";
import { type ImageReference, tagged } from "../../platforms/imageReference";
import { dockerConfigFile, type Login, loginFor, readDockerConfig } from "./login";

/** The digest of an image, or the reason why it is not known, which completes "its digest cannot be looked up: …". */
export type Found =
  | { readonly digest: string }
  | {
      readonly reason: string;
      /** Whether the registry has no such image, refuses to say, or was not asked. */
      readonly kind: Answer["kind"];
    };
/** Asks for the digest of a reference, or for its tag's if it has none. */
export type Lookup = (reference: ImageReference) => Promise<Found>;

/** Seconds in which the engine has to answer. It asks a registry for most answers. */
const SECONDS = 60;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const MISSING = /manifest unknown|name unknown|: not found/i;
const REFUSED =
  /unauthorized|no basic auth credentials|authentication required|access to the resource is denied|forbidden/i;

/**
 * Looks up digests through the Docker Engine of DOCKER_HOST, or through the local one. It uses the logins that `docker
 * login` keeps in clear. The digest of an image for several processors is that of their index, in which each host finds
 * its own image. Throws if the engine does not answer.
 */
export async function connect(): Promise<Lookup> {
  const host = process.env["DOCKER_HOST"];
  if (host?.startsWith("ssh://")) {
    // dockerode's own ssh client takes any host key, so somebody between the machines could answer.
    throw new Error(
      `DOCKER_HOST is ${host}, and images are not looked up over ssh. Any Docker Engine that reaches the registries ` +
        "will do: set DOCKER_HOST to unix:///path of one's socket",
    );
  }
  const file = dockerConfigFile(process.env);
  const config = await readDockerConfig(file);
  const engine = await openEngine({}, SECONDS);
  await engine.ping().catch((error: unknown) => {
    throw new Error(
      `the Docker Engine, which asks the registries, does not answer (${host ?? "the local one"}): ` +
        `${answerOf(error).text}. Start it, or set DOCKER_HOST to one that runs (docker context inspect names it)`,
    );
  });
  return async (reference) => {
    const image = engine.getImage(asked(reference));
    const login = loginFor(config, reference.registry);
    try {
      const authconfig = login?.kind === "clear" ? { authconfig: { ...login.credentials } } : {};
      const { Descriptor } = await image.distribution(authconfig);
      if (DIGEST.test(Descriptor.digest)) return { digest: Descriptor.digest };
      return {
        kind: "other",
        reason: `the Docker Engine found ${Descriptor.digest}, which is no sha256 digest`,
      };
    } catch (error) {
      const answer = answerOf(error);
      const reason = reasonOf(answer, reference, login, file);
      const onlyHere = (await isOnlyHere(image, reference, answer)) ? ONLY_HERE : "";
      return { kind: answer.kind, reason: `${reason}${onlyHere}` };
    }
  };
}

/** What a registry is asked for. */
function asked(reference: ImageReference): string {
  return reference.digest === undefined ? tagged(reference) : `${reference.name}@${reference.digest}`;
}

interface Answer {
  readonly kind: "missing" | "refused" | "other";
  readonly text: string;
}

/** What went wrong, in the words of the engine or of the connection to it. */
function answerOf(error: unknown): Answer {
  if (!(error instanceof Error)) return { kind: "other", text: String(error) };
  if (!(error instanceof EngineRefusal)) return { kind: "other", text: error.message };
  const { status } = error;
  // Some registries answer with a page of many lines.
  const text = error.message.replace(/\s+/g, " ").trim();
  if (status === 404 || MISSING.test(text)) return { kind: "missing", text };
  if (status === 401 || status === 403 || REFUSED.test(text)) return { kind: "refused", text };
  return { kind: "other", text };
}

function reasonOf({ kind, text }: Answer, reference: ImageReference, login: Login | undefined, file: string) {
  const { registry } = reference;
  if (kind === "missing") return `${registry} has no ${asked(reference)} (${text})`;
  if (kind === "other") return `asking ${registry} failed: ${text}`;
  const command = registry === "docker.io" ? "docker login" : `docker login ${registry}`;
  switch (login?.kind) {
    case "clear":
      return `${registry} refuses the login in ${file} (${text}): it may not see the image, or ${command} is due again`;
    case "helper":
      return (
        `${registry} refuses without a login (${text}), and one that docker keeps in docker-credential-${login.helper} ` +
        `is not read: write the digest that docker pull prints behind ${tagged(reference)}, as @sha256:<64 hex digits>`
      );
    default:
      return `${registry} has no such image, or refuses without a login (${text}): log in with ${command}`;
  }
}

const ONLY_HERE =
  "; the Docker Engine itself has an image of that name, which came from no registry: push it to one, or leave it by " +
  "tag in a development stack (dokomodo:development: true)";

/** Whether only the engine has the image, because it was built or loaded there and never pushed. */
async function isOnlyHere(image: Image, { name }: ImageReference, { kind }: Answer): Promise<boolean> {
  const local = await image.inspect().catch(() => undefined);
  if (local === undefined) return false;
  const sources = (local.RepoDigests ?? []).map((digest) => shortName(digest.replace(/@.*$/, "")));
  return kind === "missing" || !sources.includes(shortName(name));
}

/**
 * A name without the parts that mean Docker Hub, as the engine lists it (docs/internals/engines.md, names of images).
 */
function shortName(name: string): string {
  return name.replace(/^(index\.)?docker\.io\//, "").replace(/^library\//, "");
}
