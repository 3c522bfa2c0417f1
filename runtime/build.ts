import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

/** The programs that run in containers. Each folder NAME is bundled into bundles/NAME.cjs. */
export const PROGRAMS = ["agent", "filter", "provision", "restarter", "transfer", "witness"] as const;
export type Program = (typeof PROGRAMS)[number];

/** The committed bundle, which the stack's program uploads. A preview needs no build step. */
export function bundlePath(program: Program): string {
  return join(__dirname, "bundles", `${program}.cjs`);
}

/**
 * The libraries that the programs use. A library comes minified, as one line: it is pinned, so it is reviewed as a
 * version and not as text, and each bundle is in the state once per workload.
 */
const LIBRARIES = ["jsonc-parser", "tar-stream"];

/** A folder as one file that Node 18 or newer runs. Our own code is not minified, so that it can be reviewed like all else. */
export async function bundle(program: Program): Promise<string> {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(__dirname, program, "main.ts")],
    absWorkingDir: join(__dirname, ".."),
    bundle: true,
    platform: "node",
    target: "node18",
    format: "cjs",
    external: LIBRARIES,
    legalComments: "none",
    banner: { js: banner(program) },
    // Stated here, so that the project's own tsconfig.json does not change the result.
    tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } },
    metafile: true,
    write: false,
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error("esbuild made no file");
  return withLibraries(withoutPaths(file.text, Object.keys(metafile.inputs)));
}

/** Puts the libraries that a bundle requires into it, with their licences: the container has no node_modules. */
async function withLibraries(text: string): Promise<string> {
  let result = text;
  for (const library of LIBRARIES) {
    const call = `require("${library}")`;
    if (!result.includes(call)) continue;
    const { code, modules } = await minified(library);
    result = result.replace(call, () => code) + licences(modules);
  }
  return result;
}

/** An expression whose value is what `require` of the library gives, and the modules that it is made of. */
async function minified(library: string): Promise<{ code: string; modules: readonly string[] }> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: `module.exports = require("${library}");`, resolveDir: __dirname },
    absWorkingDir: join(__dirname, ".."),
    bundle: true,
    minify: true,
    platform: "node",
    // esbuild cannot follow the require calls of a UMD module, which is what some packages have as their main file.
    mainFields: ["module", "main"],
    target: "node18",
    format: "iife",
    globalName: "library",
    legalComments: "none",
    metafile: true,
    write: false,
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error("esbuild made no file");
  return { code: `(() => { ${file.text.trim()} return library; })()`, modules: Object.keys(metafile.inputs) };
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

/**
 * The licences of the packages that are in a bundle, as comments. They ask to be kept with every copy. A text that
 * several packages have is there once.
 */
function licences(modules: readonly string[]): string {
  const packages = modules.flatMap((path) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []);
  const owners = new Map<string, string[]>();
  for (const path of new Set(packages)) {
    const folder = join(__dirname, "..", path);
    const files = readdirSync(folder).filter((name) => /^licen[cs]e/i.test(name));
    const text = files.map((name) => readFileSync(join(folder, name), "utf8").trim()).join("\n\n");
    owners.set(text, [...(owners.get(text) ?? []), path]);
  }
  return [...owners]
    .flatMap(([text, paths]) => ["", ...paths, ...text.split("\n")])
    .map((line) => `${`// ${line}`.trimEnd()}\n`)
    .join("");
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
