import { spawnSync } from "node:child_process";
import { join } from "node:path";

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Where {
  /** The project's directory. The default is the present one. */
  readonly cwd?: string;
  /** Environment variables in addition to `PATH`. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the command as an operator does, in the project's directory. */
export function dokomodo(args: readonly string[], input = "", where: Where = {}): Ran {
  const command = join(__dirname, "..", "..", "cli", "bin.cjs");
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], {
    input,
    encoding: "utf8",
    cwd: where.cwd,
    env: { PATH: process.env["PATH"], ...where.env },
  });
  return { status, stdout, stderr };
}
