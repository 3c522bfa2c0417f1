import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import type { Display } from "../../../dev/progress";

/** A directory that is gone when the test is over. */
export async function scratch(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "dokomodo-setup-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

export async function writeScript(path: string, body: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `#!/bin/sh\n${body}\n`);
  await chmod(path, 0o755);
  return path;
}

/** Records what a person would be shown. */
export function recorder(terminal = false): Display & { readonly text: string } {
  const written: string[] = [];
  return {
    isTTY: terminal,
    columns: 60,
    write: (text) => written.push(text),
    get text() {
      return written.join("");
    },
  };
}
