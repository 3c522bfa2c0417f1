import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

/** Programs of runtime/ that run in containers; each folder NAME is bundled into bundles/NAME.cjs. */
export const PROGRAMS = ["agent", "restarter", "witness"] as const;
export type Program = (typeof PROGRAMS)[number];

/** The committed bundle, which the program uploads: no build step stands between a checkout and a preview. */
export function bundlePath(program: Program): string {
  return join(__dirname, "bundles", `${program}.cjs`);
}

/** A folder as one file that any Node from 18 on runs. Not minified: it is reviewed like all else. */
export async function bundle(program: Program): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(__dirname, program, "main.ts")],
    absWorkingDir: join(__dirname, ".."),
    bundle: true,
    platform: "node",
    target: "node18",
    format: "cjs",
    legalComments: "none",
    banner: { js: banner(program) },
    // Stated here, so that the project's own tsconfig.json changes nothing of the result.
    tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } },
    write: false,
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error("esbuild made no file");
  return file.text;
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
