import { buffer } from "node:stream/consumers";
import { pack } from "tar-stream";
import type { ContainerInputs } from "./containerInputs";

type Upload = NonNullable<ContainerInputs["uploads"]>[number];

/** Packs all files into one archive, which is unpacked at the container's root. A file is root's unless an owner is stated. */
export async function archive(uploads: readonly Upload[]): Promise<Buffer> {
  const tar = pack();
  const mtime = new Date();
  for (const upload of uploads) {
    const header = {
      name: upload.file.replace(/^\/+/, ""),
      mode: modeOf(upload),
      uid: Number(upload.owner ?? 0),
      gid: Number(upload.group ?? 0),
      mtime,
    };
    tar.entry(header, upload.content);
  }
  tar.finalize();
  return buffer(tar);
}

/** The mode of a file. `permissions` counts before `executable` (kreuzwerker resourceDockerContainerCreate). */
function modeOf({ permissions, executable }: Upload): number {
  if (permissions !== undefined && permissions !== "") return Number.parseInt(permissions, 8);
  return executable === true ? 0o744 : 0o644;
}
