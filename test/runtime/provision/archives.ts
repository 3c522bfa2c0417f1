import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { type Header, pack } from "tar-stream";

/** An entry: a file with this content, or what the header says. */
export type Entries = Readonly<Record<string, string | Buffer | Partial<Header>>>;

/** A tar archive with entries by their names. */
export async function tarOf(entries: Entries): Promise<Buffer> {
  const archive = pack();
  for (const [name, what] of Object.entries(entries)) {
    if (typeof what === "string" || Buffer.isBuffer(what)) archive.entry({ name }, what);
    else archive.entry({ name, ...what });
  }
  archive.finalize();
  return buffer(archive);
}

export async function tarGzOf(entries: Entries): Promise<Buffer> {
  return gzipSync(await tarOf(entries));
}

/** What a chain's bootstrap has, below a directory. */
export function chain(root = ""): Entries {
  return {
    [`${root}blocks/`]: { type: "directory" },
    [`${root}blocks/blk00000.dat`]: Buffer.alloc(50_000, "blocks"),
    [`${root}blocks/index/CURRENT`]: "MANIFEST-000002\n",
    [`${root}chainstate/CURRENT`]: "MANIFEST-000003\n",
    [`${root}komodostate`]: "state",
  };
}
