import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** All text of the files below a folder whose names have one of the endings. Symbolic links are not followed. */
export function readTree(folder: string, endings: readonly string[] = [""]): string {
  return readdirSync(folder, { withFileTypes: true })
    .map((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return readTree(path, endings);
      return entry.isFile() && endings.some((ending) => entry.name.endsWith(ending))
        ? readFileSync(path, "utf8")
        : "";
    })
    .join("\n");
}

/** `cmdline` or `environ` of every process of this machine, including processes in containers. */
export function readProcesses(file: "cmdline" | "environ"): string {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/${file}`, "utf8");
      } catch {
        // The process has ended in the meantime.
        return "";
      }
    })
    .join("\n");
}
