import { createHash } from "node:crypto";
import { copyFile, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Folder of the images' sources. It is one Go module. */
export const IMAGES = join(__dirname, "..", "standIns", "images");

/** An image of the development stack. Its sources are in the folder that has its name. */
export interface ImageSource {
  readonly name: string;
  /** The image that its Dockerfile starts from, or copies from. When it changes, this image is made anew. */
  readonly base?: string;
  /** Name of its program. It is compiled from the folder's Go package and put beside the Dockerfile. */
  readonly program?: string;
  /** A file of this machine that is put beside the Dockerfile. Another `version` makes the image anew. */
  readonly file?: { readonly name: string; readonly path: string; readonly version: string };
}

export const BASE = "debian";

/** All images but the base. Each comes after the one that it is based on. */
export const SOURCES: readonly ImageSource[] = [
  { name: "pause", program: "pause" },
  { name: "litecoind-regtest", base: BASE },
  { name: "haproxy", base: BASE },
  {
    name: "node",
    base: BASE,
    file: { name: "node", path: process.execPath, version: `${process.version} ${process.arch}` },
  },
  { name: "iguana-stand-in", base: BASE, program: "iguana" },
  { name: "komodod-regtest", base: "litecoind-regtest", program: "komodod" },
  { name: "komodod-published", base: "komodod-regtest" },
];

/** A hash of all that an image is made from. When the hash changes, the image has to be made anew. */
export async function sourceKey(source: ImageSource, baseId: string | undefined): Promise<string> {
  const folder = join(IMAGES, source.name);
  const own = (await sourceFiles(folder)).map((name) => join(folder, name));
  const shared = source.program === undefined ? [] : [join(IMAGES, "go.mod"), join(IMAGES, "go.sum")];
  const hash = createHash("sha256");
  hash.update(JSON.stringify([baseId, source.program, source.file?.version]));
  for (const path of [...own, ...shared]) {
    const content = await readFile(path);
    hash.update(JSON.stringify([path.slice(IMAGES.length), content.length]));
    hash.update(content);
  }
  return hash.digest("hex");
}

/** Copies what `docker build` needs to a folder, except for the compiled program. */
export async function writeContext(source: ImageSource, directory: string): Promise<void> {
  const folder = join(IMAGES, source.name);
  for (const name of await sourceFiles(folder)) {
    if (!name.endsWith(".go")) await copyFile(join(folder, name), join(directory, name));
  }
  if (source.file !== undefined) await copyFile(source.file.path, join(directory, source.file.name));
}

async function sourceFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  return names.filter((name) => !name.endsWith("_test.go")).sort();
}
