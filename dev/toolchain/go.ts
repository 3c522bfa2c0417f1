import { type Display, step } from "../progress";
import { exists, installOnce } from "./cache";

/** Programs out of a Go module of this project. */
export interface GoPrograms {
  /** Absolute path of the folder that they come into, which is there once they are. */
  readonly target: string;
  /** Absolute path of the folder that has go.mod and go.sum. */
  readonly module: string;
  readonly packages: readonly string[];
  /** What the linker is told besides; such as `-X name=value`. */
  readonly linkerFlags?: string;
  /** Says what is being built, and how long that takes. */
  readonly title: string;
  /** Begins the message for a person without Go, which goes on with "is compiled …". */
  readonly subject: string;
  /** What such a person can do without Go, such as "Put Pulumi on PATH"; nothing if absent. */
  readonly otherwise?: string;
}

export interface GoSearch {
  readonly env?: NodeJS.ProcessEnv;
  readonly display?: Display;
}

/** Builds the programs, unless they are there. No C compiler is needed. The result is the same wherever they are built. */
export async function buildOnce(programs: GoPrograms, search: GoSearch = {}): Promise<string> {
  const { env = process.env, display = process.stderr } = search;
  const { target, module, packages, linkerFlags = "", title, subject, otherwise } = programs;
  if (await exists(target)) return target;
  await requireGo(module, subject, { env, otherwise });
  return step(
    title,
    (log) =>
      installOnce(target, async (directory) => {
        const flags = ["-trimpath", "-buildvcs=false", "-ldflags", `-s -w ${linkerFlags}`];
        await log.run("go", ["build", ...flags, "-o", `${directory}/`, ...packages], {
          cwd: module,
          env: { ...defined(env), CGO_ENABLED: "0" },
        });
      }),
    { display },
  );
}

/**
 * Rejects when Go does not run or is too old. From 1.21 on, it fetches the release that go.mod asks for by itself
 * (https://go.dev/doc/toolchain).
 */
export async function requireGo(
  module: string,
  subject: string,
  {
    env = process.env,
    otherwise,
  }: { readonly env?: NodeJS.ProcessEnv; readonly otherwise?: string | undefined } = {},
): Promise<void> {
  const { execa } = await import("execa");
  const { failed, stdout, stderr, shortMessage } = await execa("go", ["version"], {
    cwd: module,
    env,
    extendEnv: false,
    reject: false,
  });
  const [said = shortMessage] = [stderr, stdout].filter((text) => text);
  const [, major, minor] = /^go version go(\d+)\.(\d+)/.exec(stdout ?? "") ?? [];
  const isTooOld = Number(major) === 1 && Number(minor) < 21;
  if (!failed && !isTooOld) return;
  const why = failed ? `Go does not run: ${said}` : `the Go on PATH is too old: ${said}`;
  throw new Error(
    `${subject} is compiled on this machine, and ${why}. Install Go 1.25 or newer (https://go.dev/doc/install), put its ` +
      `bin directory on PATH, then run this again.${otherwise === undefined ? "" : ` ${otherwise}.`}`,
  );
}

function defined(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
