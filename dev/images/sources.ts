import { createHash } from "node:crypto";
import { copyFile, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { NODE, type RegistryProgram } from "./registryProgram";

/** Folder of the images' sources. It is one Go module. */
export const IMAGES = join(__dirname, "..", "standIns", "images");

/** An image of the development stack. Its sources are in the folder that has its name. */
export interface ImageSource {
  readonly name: string;
  /** The image that its Dockerfile starts from, or copies from. When it changes, this image is made anew. */
  readonly base?: string;
  /** Name of its program. It is compiled from the folder's Go package and put beside the Dockerfile. */
  readonly program?: string;
  /** A program of the npm registry that is put beside the Dockerfile. */
  readonly registryProgram?: RegistryProgram;
  /** Only this machine's engine has it. Test hosts and test clusters do not get it, because it is large. */
  readonly hereOnly?: boolean;
}

/** Names of the images that have nothing but a release of Debian, and that release. */
export const BASES: ReadonlyMap<string, string> = new Map([
  ["debian", "bookworm"],
  ["debian-testing", "forky"],
]);

/** All images but the bases. Each comes after the one that it is based on. */
export const SOURCES: readonly ImageSource[] = [
  { name: "pause", program: "pause" },
  { name: "litecoind-regtest", base: "debian" },
  { name: "haproxy", base: "debian-testing" },
  { name: "node", base: "debian", registryProgram: NODE },
  { name: "restic", base: "debian-testing" },
  { name: "store", base: "debian", program: "store" },
  { name: "oldest", base: "debian", hereOnly: true },
  { name: "iguana-stand-in", base: "debian", program: "iguana" },
  { name: "komodod-regtest", base: "litecoind-regtest", program: "komodod" },
  { name: "komodod-published", base: "komodod-regtest" },
];

/** A hash of all that an image is made from. When the hash changes, the image has to be made anew. */
export async function sourceKey(source: ImageSource, baseId: string | undefined): Promise<string> {
  const folder = join(IMAGES, source.name);
  const own = (await sourceFiles(folder)).map((name) => join(folder, name));
  const shared = source.program === undefined ? [] : [join(IMAGES, "go.mod"), join(IMAGES, "go.sum")];
  const hash = createHash("sha256");
  hash.update(JSON.stringify([baseId, source.program, source.registryProgram?.package]));
  for (const path of [...own, ...shared]) {
    const content = await readFile(path);
    hash.update(JSON.stringify([path.slice(IMAGES.length), content.length]));
    hash.update(content);
  }
  return hash.digest("hex");
}

/** Copies an image's own files to a folder. Its programs are put beside them later. */
export async function writeContext(source: ImageSource, directory: string): Promise<void> {
  const folder = join(IMAGES, source.name);
  for (const name of await sourceFiles(folder)) {
    if (!name.endsWith(".go")) await copyFile(join(folder, name), join(directory, name));
  }
}

async function sourceFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  return names.filter((name) => !name.endsWith("_test.go")).sort();
}
