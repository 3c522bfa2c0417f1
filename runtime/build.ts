import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

/** The programs that run in containers. Each folder NAME is bundled into bundles/NAME.cjs. */
export const PROGRAMS = ["agent", "restarter", "witness"] as const;
export type Program = (typeof PROGRAMS)[number];

/** The committed bundle, which the stack's program uploads. A preview needs no build step. */
export function bundlePath(program: Program): string {
  return join(__dirname, "bundles", `${program}.cjs`);
}

/** A folder as one file that Node 18 or newer runs. It is not minified, so that it can be reviewed like all else. */
export async function bundle(program: Program): Promise<string> {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(__dirname, program, "main.ts")],
    absWorkingDir: join(__dirname, ".."),
    bundle: true,
    platform: "node",
    target: "node18",
    format: "cjs",
    legalComments: "none",
    banner: { js: banner(program) },
    // Stated here, so that the project's own tsconfig.json does not change the result.
    tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } },
    metafile: true,
    write: false,
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error("esbuild made no file");
  return withoutPaths(file.text, Object.keys(metafile.inputs));
}

/**
 * esbuild names each module in a comment. The comments are left out: a new bundle replaces containers, and a module
 * that is only moved should not do that.
 */
function withoutPaths(text: string, modules: readonly string[]): string {
  const comments = new Set(modules.map((path) => `// ${path}`));
  const lines = text.split("\n");
  return lines.filter((line) => !comments.has(line)).join("\n");
}

function banner(program: Program): string {
  return `// Generated from runtime/${program} by \`npm run build:runtime\`. Do not edit.
// biome-ignore-all lint: generated
// biome-ignore-all format: generated
// biome-ignore-all assist: generated`;
}

async function main(): Promise<void> {
  for (const program of PROGRAMS) {
    const text = await bundle(program);
    writeFileSync(bundlePath(program), text);
    process.stdout.write(`${bundlePath(program)}: ${Buffer.byteLength(text)} bytes\n`);
  }
}

if (require.main === module) void main();
