import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DependencyInfo } from "@pulumi/pulumi/proto/language_pb";

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** What npm writes about an installed tree to node_modules/.package-lock.json, keyed by path. */
interface InstalledTree {
  readonly packages?: Readonly<Record<string, { readonly version?: string }>>;
}

/** Lists the npm packages that a program has installed. Without `transitive` it lists only those in package.json. */
export async function installedDependencies(
  directory: string,
  transitive: boolean,
): Promise<DependencyInfo[]> {
  const manifest: Manifest = JSON.parse(await readFile(join(directory, "package.json"), "utf8"));
  const tree: InstalledTree = JSON.parse(
    await readFile(join(directory, "node_modules/.package-lock.json"), "utf8"),
  );
  const named = new Set(Object.keys({ ...manifest.devDependencies, ...manifest.dependencies }));
  return Object.entries(tree.packages ?? {})
    .map(([path, { version = "" }]) => ({ name: path.replace(/^.*node_modules\//, ""), path, version }))
    .filter(({ name, path }) => transitive || (named.has(name) && path === `node_modules/${name}`))
    .map(({ name, version }) => dependency(name, version));
}

/** Runs `npm install` and passes what it prints to `output`. */
export function installDependencies(directory: string, output: (chunk: Buffer) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const npm = spawn("npm", ["install", "--no-audit", "--no-fund"], {
      cwd: directory,
      stdio: ["ignore", "pipe", "pipe"],
    });
    npm.stdout.on("data", output);
    npm.stderr.on("data", output);
    npm.once("error", reject);
    npm.once("close", (code) =>
      code === 0 ? resolve() : reject(new Error(`npm install in ${directory} ended with exit code ${code}`)),
    );
  });
}

function dependency(name: string, version: string): DependencyInfo {
  const info = new DependencyInfo();
  info.setName(name);
  info.setVersion(version);
  return info;
}
