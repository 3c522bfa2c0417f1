import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const PROJECT = join(__dirname, "..", "..", "..");
/** The folders whose files import Pulumi's SDKs. */
const FOLDERS = [
  ".",
  "components",
  "notary",
  "platforms",
  "platforms/docker",
  "platforms/haproxy",
  "platforms/kubernetes",
];

/** How much of the Kubernetes SDK a program on Docker loads before it does anything. */
export const LOADS = {
  nothing: "nothing of it",
  parts: "the submodules that the project imports",
  whole: "the whole of it (`import * as k8s`)",
} as const;

export interface ImportTimes {
  readonly load: keyof typeof LOADS;
  /** Seconds of each process, from its start to its end. */
  readonly seconds: readonly number[];
  /** Peak resident memory of each process, in KiB. */
  readonly kibibytes: readonly number[];
}

/** Starts Node with the SDKs of a Docker stack and with none, parts or all of the Kubernetes SDK, in turns. */
export async function measureImports(turns: number): Promise<ImportTimes[]> {
  const { execa } = await import("execa");
  const docker = importsOf("@pulumi/(?:docker|pulumi|random|tls)");
  const kubernetes = importsOf("@pulumi/kubernetes");
  const loads = {
    nothing: docker,
    parts: [...docker, ...kubernetes],
    // The whole SDK loads a submodule when it is first used, so the submodules are also required here.
    whole: [...docker, "@pulumi/kubernetes", ...kubernetes],
  };
  const runs: { load: keyof typeof LOADS; seconds: number; kibibytes: number }[] = [];
  for (let turn = 0; turn < turns; turn++) {
    for (const load of ["nothing", "parts", "whole"] as const) {
      const requires = loads[load].map((name) => `require(${JSON.stringify(name)});`).join("");
      const script = `${requires}process.stdout.write(String(process.resourceUsage().maxRSS))`;
      const started = performance.now();
      const { stdout } = await execa(process.execPath, ["--eval", script], { cwd: PROJECT });
      runs.push({ load, seconds: (performance.now() - started) / 1000, kibibytes: Number(stdout) });
    }
  }
  return (["nothing", "parts", "whole"] as const).map((load) => {
    const own = runs.filter((run) => run.load === load);
    return {
      load,
      seconds: own.map(({ seconds }) => seconds),
      kibibytes: own.map(({ kibibytes }) => kibibytes),
    };
  });
}

/** The modules of these packages that the program's files import, apart from imports of types. */
function importsOf(packageName: string): string[] {
  const pattern = new RegExp(`^import (?!type ).*from "(${packageName}(?:/[^"]*)?)";$`, "gm");
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(join(PROJECT, folder))
      .filter((name) => name.endsWith(".ts"))
      .map((name) => join(PROJECT, folder, name)),
  );
  const found = files.flatMap((file) => [...readFileSync(file, "utf8").matchAll(pattern)]);
  return [...new Set(found.map(([, name = ""]) => name))].sort();
}
