import { z } from "zod";
import { messageOf } from "../../input/messageOf";
import { type Position, type Problem, ProblemsError } from "../../input/problem";
import { checkShape } from "../../input/shape";
import { type Path, type Span, YamlSource } from "../../input/source";
import { found, pathText } from "../../input/wording";
import { type ImageReference, parseReference } from "../../platforms/imageReference";
import { LIST_FILE } from "../list";
import { readText } from "./replace";

/** An image as a person wrote it into one of the project's files. */
export interface StatedImage {
  /** The key that states it, for people: `dokomodo:images.proxy`, `chains[3].image`. */
  readonly key: string;
  readonly text: string;
  readonly reference: ImageReference;
  readonly position: Position;
  /** The part of the file's text that it takes up. */
  readonly span: Span;
}

/** A file of the project and the images that it states, in the order written. */
export interface ImageFile {
  /** Path from the project's directory. */
  readonly path: string;
  readonly text: string;
  readonly images: readonly StatedImage[];
}

const image = z.string();
const owner = z.looseObject({ image: image.optional() });

/** The parts of a stack's config that state images. The rest is checked when the stack is deployed. */
const stackShape = z.looseObject({
  "dokomodo:registry": z.string().min(1).default(LIST_FILE),
  "dokomodo:images": z.record(z.string(), image).default({}),
  "dokomodo:daemons": z.record(z.string(), owner).default({}),
  "dokomodo:iguana": owner.optional(),
  "dokomodo:notaries": z.array(z.looseObject({ iguana: owner.optional() })).default([]),
});
const listShape = z.looseObject({ chains: z.array(owner) });

/** Reads all images of a stack's config and of its list of chains. Throws with all that is wrong with them. */
export function readImages(stackFile: string): ImageFile[] {
  const problems: Problem[] = [];
  const files: ImageFile[] = [];
  const stack = readSource(stackFile, problems);
  const config = check(stack?.source, stackShape, ["config"], problems);
  if (stack && config) {
    const paths: Path[] = [
      ...Object.keys(config["dokomodo:images"]).map((role) => ["dokomodo:images", role]),
      ...Object.keys(config["dokomodo:daemons"]).map((daemon) => ["dokomodo:daemons", daemon, "image"]),
      ["dokomodo:iguana", "image"],
      ...config["dokomodo:notaries"].map((_, index) => ["dokomodo:notaries", index, "iguana", "image"]),
    ];
    files.push(stated(stack, ["config"], paths, problems));
    const list = readSource(config["dokomodo:registry"], problems);
    const chains = check(list?.source, listShape, [], problems)?.chains ?? [];
    if (list) {
      const images = chains.map((_, index): Path => ["chains", index, "image"]);
      files.push(stated(list, [], images, problems));
    }
  }
  if (problems.length > 0) throw new ProblemsError(problems, "nothing was changed");
  return files;
}

interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly source: YamlSource;
}

function readSource(path: string, problems: Problem[]): SourceFile | undefined {
  let text: string;
  try {
    text = readText(path);
  } catch (error) {
    problems.push({ message: messageOf(error) });
    return undefined;
  }
  const parsed = YamlSource.parse(path, text);
  problems.push(...parsed.problems);
  return parsed.source && { path, text, source: parsed.source };
}

function check<T extends z.ZodType>(
  source: YamlSource | undefined,
  shape: T,
  at: Path,
  problems: Problem[],
): z.output<T> | undefined {
  if (!source) return undefined;
  const shaped = checkShape(source, shape, { at });
  problems.push(...shaped.problems);
  return shaped.value;
}

function stated({ path, text, source }: SourceFile, top: Path, keys: readonly Path[], problems: Problem[]) {
  const images = keys.flatMap((key): StatedImage[] => {
    const value = source.at([...top, ...key]);
    const span = source.span([...top, ...key]);
    if (typeof value !== "string" || span === undefined) return [];
    const position = source.position([...top, ...key]);
    const reference = parseReference(value);
    if (reference) return [{ key: pathText(key), text: value, reference, position, span }];
    const form =
      "registry/name:tag or registry/name:tag@sha256:<64 hex digits>, in lower case but for the tag";
    problems.push({ message: `${pathText(key)} must be an image: ${form}; found ${found(value)}`, position });
    return [];
  });
  return { path, text, images: images.sort(inOrder) };
}

function inOrder({ position: one }: StatedImage, { position: other }: StatedImage): number {
  return one.line - other.line || one.column - other.column;
}
