import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, vi } from "vitest";

const CHECKOUT = join(__dirname, "..", "..", "..");
const home = process.cwd();
let folder: string;

export const CONFIG = "Pulumi.dev.yaml";
export const LIST = "assetchains.yaml";

/** Each test of the file that calls this is in a folder of its own with the development stack's files. */
export function eachInProject(): void {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "dokomodo-edit-"));
    process.chdir(folder);
    for (const file of [CONFIG, LIST]) write(file, shipped(file));
  });
  afterEach(() => {
    process.chdir(home);
    rmSync(folder, { recursive: true });
  });
}

/** A file of the development stack as it is in the checkout. */
export function shipped(file: string): string {
  return readFileSync(join(CHECKOUT, file), "utf8");
}

export function read(file: string): string {
  return readFileSync(join(folder, file), "utf8");
}

export function write(file: string, text: string): void {
  writeFileSync(join(folder, file), text);
}

/** Changes a file. Throws if it does not have a text that is to be replaced. */
export function change(file: string, ...exchanges: readonly (readonly [string, string])[]): void {
  let text = read(file);
  for (const [from, to] of exchanges) {
    if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
    text = text.replace(from, to);
  }
  write(file, text);
}

/** The lines that are in one text and not in the other: those of `before` with a `-`, those of `after` with a `+`. */
export function changedLines(before: string, after: string): string[] {
  const [old, now] = [before.split("\n"), after.split("\n")];
  return [
    ...old.filter((line) => !now.includes(line)).map((line) => `-${line}`),
    ...now.filter((line) => !old.includes(line)).map((line) => `+${line}`),
  ];
}

/** What a command prints. */
export async function said(command: () => void | Promise<void>): Promise<string> {
  const lines: string[] = [];
  const spy = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    lines.push(String(text));
    return true;
  });
  try {
    await command();
  } finally {
    spy.mockRestore();
  }
  return lines.join("");
}
