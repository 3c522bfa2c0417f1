import { createHash } from "node:crypto";
import { copyFile, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Folder of the images' sources, which is one Go module. */
export const IMAGES = join(__dirname, "..", "standIns", "images");

/** An image of the development stack, made from the folder of its name. */
export interface ImageSource {
  readonly name: string;
  /** The image that its Dockerfile starts from. */
  readonly base?: string;
  /** Its program, compiled from the folder's Go package and laid beside the Dockerfile. */
  readonly program?: string;
  /** A file of this machine that is laid beside the Dockerfile, and what tells one such file from another. */
  readonly file?: { readonly name: string; readonly path: string; readonly version: string };
}

export const BASE = "debian";

/** Each after its base. */
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
];

/** What an image is made from, as one hash; another hash means that the image has to be made anew. */
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

/** Lays out what `docker build` needs, except for a compiled program. */
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
