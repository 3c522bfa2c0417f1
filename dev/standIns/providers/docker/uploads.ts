import { buffer } from "node:stream/consumers";
import { pack } from "tar-stream";
import type { ContainerInputs } from "./containerInputs";

type Upload = NonNullable<ContainerInputs["uploads"]>[number];

/** One archive of all files, to be unpacked at the container's root: owned by root unless stated otherwise. */
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

/** kreuzwerker resourceDockerContainerCreate: permissions count before executable. */
function modeOf({ permissions, executable }: Upload): number {
  if (permissions !== undefined && permissions !== "") return Number.parseInt(permissions, 8);
  return executable === true ? 0o744 : 0o644;
}
