/** What a name of an image says. */
export interface ImageReference {
  /** Registry and repository as written: `registry.example:5000/a/b`. */
  readonly name: string;
  /** Where Docker takes it from: `docker.io` where the name says nothing else. */
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

/** Understands what Docker understands (distribution's grammar); undefined for anything else, and other digests. */
export function parseReference(text: string): ImageReference | undefined {
  const groups = REFERENCE.exec(text)?.groups;
  const name = groups?.["name"];
  if (name === undefined) return undefined;
  const tag = groups?.["tag"];
  const digest = groups?.["digest"];
  return {
    name,
    registry: registryOf(name),
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** What a registry is asked for: where no tag is written, Docker means `latest`. */
export function tagged({ name, tag = "latest" }: ImageReference): string {
  return `${name}:${tag}`;
}

/** The first part is a registry where it could be a host and no part of a repository. */
function registryOf(name: string): string {
  const slash = name.indexOf("/");
  const first = name.slice(0, Math.max(0, slash));
  const isHost = /[.:]/.test(first) || first === "localhost" || first !== first.toLowerCase();
  return isHost && first !== "index.docker.io" ? first : "docker.io";
}
