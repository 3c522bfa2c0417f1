import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** Path of the script with which every daemon's container begins. */
export const ENTRYPOINT = join(__dirname, "../../runtime/entrypoint.sh");

/** Root may write everywhere, so the script is run as nobody. No container of ours runs as root either. */
export const NOBODY = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

/** The shells of this machine that an image may have as its `sh`, each with its arguments. */
export const SHELLS = [["dash"], ["bash", "--posix"], ["busybox", "sh"]].filter(
  ([program = "", ...args]) => spawnSync(program, [...args, "-c", ":"]).status === 0,
);
