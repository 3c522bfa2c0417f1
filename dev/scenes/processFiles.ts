import { readdir, readFile, stat } from "node:fs/promises";

/** What the kernel has of a process under /proc/<pid> and secrets may be in: environment, memory, open files, files. */
export const SECRET_FILES = ["environ", "maps", "fd/0", "root/etc/hostname"];

/** Which of them a process of the machine itself with this user and group, and no other, gets to see. */
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

/** The processes of a pod on this machine, found by their control group, which has the pod's uid in its name. */
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
