import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

/** The committed bundle, which the program uploads: no build step stands between a checkout and a preview. */
export const AGENT_BUNDLE = join(__dirname, "agent.cjs");

const BANNER = `// Generated from runtime/agent by \`npm run build:agent\`. Do not edit.
// biome-ignore-all lint: generated
// biome-ignore-all format: generated
// biome-ignore-all assist: generated`;

/** runtime/agent as one file that any Node from 18 on runs. Not minified: it is reviewed like all else. */
export async function bundleAgent(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(__dirname, "agent", "main.ts")],
    absWorkingDir: join(__dirname, ".."),
    bundle: true,
    platform: "node",
    target: "node18",
    format: "cjs",
    legalComments: "none",
    banner: { js: BANNER },
    // Stated here, so that the project's own tsconfig.json changes nothing of the result.
    tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } },
    write: false,
  });
  const [bundle] = outputFiles;
  if (bundle === undefined) throw new Error("esbuild made no file");
  return bundle.text;
}

if (require.main === module) {
  void bundleAgent().then((text) => {
    writeFileSync(AGENT_BUNDLE, text);
    process.stdout.write(`${AGENT_BUNDLE}: ${Buffer.byteLength(text)} bytes\n`);
  });
}
