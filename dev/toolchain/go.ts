import { type Display, step } from "../progress";
import { exists, installOnce } from "./cache";

/** Programs out of a Go module of the testbed. */
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
}

export interface GoSearch {
  readonly env?: NodeJS.ProcessEnv;
  readonly display?: Display;
}

/** Builds the programs, unless they are there. No C compiler is needed. */
export async function buildOnce(programs: GoPrograms, search: GoSearch = {}): Promise<string> {
  const { env = process.env, display = process.stderr } = search;
  const { target, module, packages, linkerFlags = "", title, subject } = programs;
  if (await exists(target)) return target;
  await requireGo(module, subject, env);
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

/** From 1.21 on, Go fetches the release that go.mod asks for by itself (https://go.dev/doc/toolchain). */
export async function requireGo(
  module: string,
  subject: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  const { execa } = await import("execa");
  const { failed, stdout, stderr, shortMessage } = await execa("go", ["version"], {
    cwd: module,
    env,
    extendEnv: false,
    reject: false,
  });
  if (!failed) return;
  const [said = shortMessage] = [stderr, stdout].filter((text) => text);
  throw new Error(
    `${subject} is compiled on this machine, and Go does not run: ${said}. Install Go 1.25 or newer ` +
      "(https://go.dev/doc/install), put its bin directory on PATH, then run this again.",
  );
}

function defined(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
