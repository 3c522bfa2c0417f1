import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import { Document, isCollection, parse } from "yaml";
import { z } from "zod";
import { DEFAULT_SIZE_GIB } from "../../platforms/kubernetes/settings";
import { readText, replaceFiles } from "../images/replace";
import type { SettledImage } from "./images";
import type { NewCluster, Place } from "./place";

/** What a new stack has. */
export interface NewStack {
  /** The name of the stack, and of its one node or notary. */
  readonly name: string;
  readonly place: Place;
  /** Symbols, and names of sets. */
  readonly chains: readonly string[];
  readonly images: readonly SettledImage[];
  /** Whether Iguana runs, too. */
  readonly isNotary: boolean;
  /** A notary's dPoW network; its image's own files say it if absent. */
  readonly network?: string | undefined;
  /** The public key that the passphrase leads to; absent without a passphrase. */
  readonly publicKey: string | undefined;
}

const PASSPHRASES = "dokomodo:passphrases";
/** What Pulumi itself keeps in a stack's file, beside the config. */
const PULUMIS_OWN = ["secretsprovider", "encryptedkey", "encryptionsalt"] as const;

const pulumisText = z.string().optional();
const fileShape = z.strictObject({
  secretsprovider: pulumisText,
  encryptedkey: pulumisText,
  encryptionsalt: pulumisText,
  config: z.record(z.string(), z.unknown()).nullish(),
});

/** A stack's file as it is now. `blank` has nothing of dokomodo's, and `same` the config that would be written. */
export type Existing =
  | { readonly kind: "absent" }
  | {
      readonly kind: "blank" | "same";
      readonly text: string;
      readonly isEncrypted: boolean;
      /** Whether it has a passphrase, encrypted. */
      readonly hasPassphrase: boolean;
    };

/** The text of a stack's file. */
export function stackFileText(stack: NewStack): string {
  const { name, place, chains, images, isNotary, network, publicKey } = stack;
  const { host, cluster } = place;
  const daemons = images.filter(({ owner }) => !["proxy", "agent", "iguana"].includes(owner));
  const image = (wanted: string) => images.find(({ owner }) => owner === wanted)?.text;
  const kind = isNotary ? "notary" : "node";
  const iguana = image("iguana");
  return `# yaml-language-server: $schema=./docs/reference/stack.schema.json
# The ${kind} ${name}, as \`npx dokomodo init\` wrote it. All keys are in docs/reference/config.md. Change it as you like, and
# keep it in version control: what is secret in it is encrypted.
${publicKey === undefined ? "# It has no key." : `# The passphrase of its key leads to the public key ${publicKey}.`}
config:
  # Every resource names its provider.
  pulumi:disable-default-providers: [docker, kubernetes]
${clusterText(cluster)}  # ${cluster === undefined ? "The machines. Another host is another line (docs/guide/hosts.md)." : "One host is some nodes of the cluster, those with these labels. `{}` means any node."}
  dokomodo:hosts:
    - ${inline(host)}
  # What dokomodo itself runs in. An image with a digest is the same image tomorrow.
  dokomodo:images:
    proxy: ${inline(image("proxy"))}
    agent: ${inline(image("agent"))}
${section(
  "The image of each daemon, and the program in it where dokomodo does not know the image (docs/guide/sync.md).",
  "dokomodo:daemons",
  daemons.map(({ owner, text, command }) => `${inline(owner)}: ${inline({ image: text, command })}`),
)}${section(
  "Iguana's image, which you built.",
  "dokomodo:iguana",
  iguana === undefined ? [] : [`image: ${inline(iguana)}`],
)}  # The chains: symbols, and sets of assetchains.yaml (npx dokomodo chains shows them).
  # A chain on another host is written as { BEER: beta } (${isNotary ? "docs/guide/notaries.md" : "docs/guide/nodes.md"}).
  dokomodo:${isNotary ? "notaries" : "nodes"}:
    - ${inline({ name, host: host.name, chains, network })}
`;
}

/** What the file says of a cluster; nothing for Docker hosts. */
function clusterText(cluster: NewCluster | undefined): string {
  if (cluster === undefined) return "";
  const { storage, publish, ...where } = cluster;
  const lines = Object.entries(where).flatMap(([key, value]) =>
    value === undefined ? [] : [`    ${key}: ${inline(value)}\n`],
  );
  return `  # The cluster. All keys are in docs/guide/kubernetes.md.
  dokomodo:platform: kubernetes
  dokomodo:kubernetes:
${lines.join("")}    # GiB of each chain's volume, such as { KMD: 120 }. A chain that is not here gets ${DEFAULT_SIZE_GIB}. It counts when a
    # volume is made.
    storage: ${inline(storage)}
    # How peers and clients reach the pods: none, hostPort, NodePort or LoadBalancer. With none nobody calls
    # in, and daemons still call their peers.
    publish: ${publish}
`;
}

function section(comment: string, key: string, lines: readonly string[]): string {
  if (lines.length === 0) return "";
  return `  # ${comment}\n  ${key}:\n${lines.map((line) => `    ${line}\n`).join("")}`;
}

/** A value in one line, quoted where YAML needs it. */
function inline(value: unknown): string {
  const document = new Document(value);
  if (isCollection(document.contents)) document.contents.flow = true;
  return document.toString({ lineWidth: 0 }).trim();
}

/** The config in a text of stackFileText, keyed by full key. */
export function configIn(text: string): Readonly<Record<string, unknown>> {
  return fileShape.parse(parse(text)).config ?? {};
}

/** Looks at a stack's file. Throws if it has another config than `text`, and says where they differ. */
export function existing(file: string, text: string): Existing {
  if (!existsSync(file)) return { kind: "absent" };
  const before = readText(file);
  const remedy =
    "To change the stack, change the file. To begin anew, take another name, or move the file away";
  const { data: stated } = fileShape.safeParse(parsed(file, before));
  if (stated === undefined) throw new Error(`${file} is there, and not as Pulumi writes it. ${remedy}`);
  const isEncrypted = PULUMIS_OWN.some((key) => stated[key] !== undefined);
  const { [PASSPHRASES]: passphrases, ...config } = stated.config ?? {};
  const found = { text: before, isEncrypted, hasPassphrase: passphrases !== undefined };
  if (Object.keys({ ...stated.config }).every((key) => key.startsWith("pulumi:"))) {
    return { kind: "blank", ...found };
  }
  const wanted = configIn(text);
  const keys = [...new Set([...Object.keys(wanted), ...Object.keys(config)])];
  const others = keys.filter((key) => !isDeepStrictEqual(wanted[key], config[key]));
  if (others.length === 0) return { kind: "same", ...found };
  throw new Error(
    `${file} is there, and has other values than this command would write: ${others.join(", ")}. ${remedy}`,
  );
}

function parsed(file: string, text: string): unknown {
  try {
    return parse(text);
  } catch {
    throw new Error(`${file} is there, and is no YAML. Correct it, or move it away`);
  }
}

/** Writes a stack's file, and keeps what Pulumi itself has in it. */
export async function writeStackFile(file: string, text: string, before: Existing): Promise<void> {
  if (before.kind === "same") return;
  if (before.kind === "absent") {
    await writeFile(file, text, { flag: "wx" });
    return;
  }
  const stated = fileShape.parse(parse(before.text));
  const kept = PULUMIS_OWN.flatMap((key) =>
    stated[key] === undefined ? [] : [`${key}: ${inline(stated[key])}\n`],
  );
  await replaceFiles([{ path: file, before: before.text, after: `${text}${kept.join("")}` }]);
}
