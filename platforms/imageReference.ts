/** The parts of an image's name (docs/internals/engines.md, names of images). */
export interface ImageReference {
  /** Registry and repository as written: `registry.example:5000/a/b`. */
  readonly name: string;
  /** The registry that Docker takes it from; `docker.io` if the name has none. */
  readonly registry: string;
  readonly tag?: string | undefined;
  /** `sha256:` and 64 hex digits. */
  readonly digest?: string | undefined;
}

const HOST = String.raw`(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:]+\])(?::\d+)?`;
const PART = String.raw`[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*`;
const NAME = `(?<name>(?:${HOST}/)?${PART}(?:/${PART})*)`;
const TAG = String.raw`(?<tag>\w[\w.-]{0,127})`;
const DIGEST = "(?<digest>sha256:[0-9a-f]{64})";
const REFERENCE = new RegExp(`^${NAME}(?::${TAG})?(?:@${DIGEST})?$`);

/** Reads a name as Docker does. Undefined for a text that is no image's name, and for a digest that is not sha256. */
export function parseReference(text: string): ImageReference | undefined {
  const groups = REFERENCE.exec(text)?.groups;
  const name = groups?.["name"];
  if (name === undefined) return undefined;
  const tag = groups?.["tag"];
  const digest = groups?.["digest"];
  return {
    name,
    registry: registryOf(name),
    tag,
    digest,
  };
}

/** The name and tag that a registry is asked for. Without a tag Docker means `latest`. */
export function tagged({ name, tag = "latest" }: ImageReference): string {
  return `${name}:${tag}`;
}

/**
 * Whether an image is a known one or a copy of it, so that one's programs are the other's. A mirror keeps the name of the
 * repository at the end: `mirror.example/hub/komodoofficial/komodo`.
 */
export function isCopyOf(image: string, known: string | undefined): boolean {
  const name = parseReference(image)?.name;
  const original = known === undefined ? undefined : parseReference(known)?.name;
  return name !== undefined && original !== undefined && (name === original || name.endsWith(`/${original}`));
}

/** The registry of a name. The first part is one if it looks like a host and not like a part of a repository. */
function registryOf(name: string): string {
  const slash = name.indexOf("/");
  const first = name.slice(0, Math.max(0, slash));
  const isHost = /[.:]/.test(first) || first === "localhost" || first !== first.toLowerCase();
  return isHost && first !== "index.docker.io" ? first : "docker.io";
}
