import { Command, Option } from "commander";
import { type Problem, ProblemsError } from "../../input/problem";
import { tagged } from "../../platforms/imageReference";
import { connect, type Found } from "../images/lookup";
import { edited, isPlain, replaceFiles } from "../images/replace";
import { type ImageFile, readImages, type StatedImage } from "../images/stated";
import { chooseStack } from "../stack";

interface PinOptions {
  readonly stack?: string | undefined;
  readonly check?: true | undefined;
  readonly update?: true | undefined;
}

/** `dokomodo images` works on the images that a stack and its list of chains state. */
export function imagesCommand(): Command {
  const pin = new Command("pin")
    .description(
      "write the digest of each image behind its tag, in the stack's config and in the list of chains",
    )
    .option("--stack <name>", "the stack, if another than the selected one is meant")
    .option("--update", "also look up tags that have a digest, and write the new digest")
    .addOption(
      new Option("--check", "change nothing, and fail if an image has no digest").conflicts("update"),
    )
    .addHelpText("after", "\nExample:\n  dokomodo images pin --check")
    .action(async (options: PinOptions) => {
      const stack = chooseStack({ asked: options.stack });
      const files = readImages(stack.file);
      const lines = options.check
        ? check(files, stack.name)
        : await pinImages(files, options.update === true);
      const none = `${files.map(({ path }) => path).join(" and ")} state no image`;
      process.stdout.write(`${lines.length === 0 ? none : lines.join("\n")}\n`);
    });
  return new Command("images").addCommand(pin);
}

/** Returns a line that says that every image has a digest. Throws with all images that have none. */
function check(files: readonly ImageFile[], stack: string): string[] {
  const images = files.flatMap((file) => file.images);
  const problems = images
    .filter(({ reference }) => reference.digest === undefined)
    .map(({ key, text, position }) => ({ message: `${key} is ${text}, which has no digest`, position }));
  const remedy = `run npx dokomodo images pin --stack ${stack} to look digests up`;
  if (problems.length > 0) throw new ProblemsError(problems, remedy);
  const where = files.map(({ path }) => path).join(" and ");
  return images.length === 0 ? [] : [`all ${images.length} images of ${where} have a digest`];
}

/**
 * Writes the digests of images that have none. With `update` it looks up all images that have a tag. Returns one line
 * for each image.
 */
async function pinImages(files: readonly ImageFile[], update: boolean): Promise<string[]> {
  const isDue = ({ reference: { digest, tag } }: StatedImage) =>
    digest === undefined || (update && tag !== undefined);
  const due = new Set(files.flatMap(({ images }) => images.filter(isDue)));
  const found = await lookUp([...due]);
  const problems = files.flatMap(({ text, images }) =>
    images.filter((image) => due.has(image)).flatMap((image) => problemOf(image, text, found)),
  );
  if (problems.length > 0) throw new ProblemsError(problems, "nothing was changed");

  const pinned = (image: StatedImage) => {
    const answer = due.has(image) ? found.get(tagged(image.reference)) : undefined;
    return answer && "digest" in answer ? `${tagged(image.reference)}@${answer.digest}` : image.text;
  };
  const replacements = files.flatMap(({ path, text, images }) => {
    const edits = images.map((image) => ({ span: image.span, from: image.text, to: pinned(image) }));
    const after = edited(
      text,
      edits.filter(({ from, to }) => from !== to),
    );
    return after === text ? [] : [{ path, before: text, after }];
  });
  await replaceFiles(replacements);
  return files.flatMap(({ images }) => images).map((image) => line(image, pinned(image), due.has(image)));
}

/** Looks up each name and tag once, however often it is stated. If there are none, no Docker Engine is needed. */
async function lookUp(images: readonly StatedImage[]): Promise<Map<string, Found>> {
  const references = new Map(images.map(({ reference }) => [tagged(reference), reference]));
  if (references.size === 0) return new Map();
  const look = await connect();
  const entries = [...references].map(
    async ([name, reference]) => [name, await look({ ...reference, digest: undefined })] as const,
  );
  return new Map(await Promise.all(entries));
}

function problemOf(image: StatedImage, text: string, found: ReadonlyMap<string, Found>): Problem[] {
  const { key, reference, position } = image;
  const answer = found.get(tagged(reference));
  if (answer === undefined || "reason" in answer) {
    const message = `${key} is ${image.text}, and its digest cannot be looked up: ${answer?.reason}`;
    return [{ message, position }];
  }
  if (isPlain(text, { span: image.span, from: image.text })) return [];
  const message = `${key} is written with escapes or line breaks, and cannot be changed in place: write ${image.text}`;
  return [{ message, position }];
}

function line({ position, text, reference }: StatedImage, to: string, wasLookedUp: boolean): string {
  const where = `${position.file}:${position.line}:${position.column}:`;
  if (text !== to) return `${where} ${text} -> ${to}`;
  if (wasLookedUp) return `${where} ${text}: the tag has not moved`;
  return `${where} ${text}: already pinned${reference.tag === undefined ? ", without a tag" : ""}`;
}
