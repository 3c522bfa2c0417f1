import { readdir, readFile, stat } from "node:fs/promises";

/** Files under /proc/<pid> that lead to secrets: the environment, the memory, an open file, and the process's root. */
export const SECRET_FILES = ["environ", "maps", "fd/0", "root/etc/hostname"];

/** Which of SECRET_FILES a process of the machine itself can read when it has this user and this group only. */
export async function shownTo(login: { uid: number; gid: number }, pid: number): Promise<string[]> {
  const { execa } = await import("execa");
  const shown = await Promise.all(
    SECRET_FILES.map(async (file) => {
      const { exitCode } = await execa("head", ["--bytes=1", `/proc/${pid}/${file}`], {
        ...login,
        reject: false,
      });
      return exitCode === 0 ? [file] : [];
    }),
  );
  return shown.flat();
}

/** The processes of a pod on this machine. The name of their control group contains the pod's uid. */
export async function processesOfPod(podUid: string): Promise<{ pid: number; uid: number }[]> {
  const marks = [podUid, podUid.replaceAll("-", "_")];
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const group = await readFile(`/proc/${pid}/cgroup`, "utf8").catch(() => "");
      if (!marks.some((mark) => group.includes(mark))) return [];
      const { uid } = await stat(`/proc/${pid}`);
      return [{ pid: Number(pid), uid }];
    }),
  );
  return found.flat();
}
