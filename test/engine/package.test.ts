import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { ExampleStack } from "./exampleStack";

const CHECKOUT = join(__dirname, "..", "..");

/** What `pulumi new typescript` writes: https://github.com/pulumi/templates at 65db26b, folder typescript. */
const MANIFEST = {
  name: "notary-of-my-own",
  main: "index.ts",
  devDependencies: { "@types/node": "^18", typescript: "^5.0.0" },
  dependencies: { "@pulumi/pulumi": "^3.113.0" },
};
const COMPILER_OPTIONS = {
  strict: true,
  outDir: "bin",
  target: "es2020",
  module: "nodenext",
  moduleResolution: "nodenext",
  sourceMap: true,
  experimentalDecorators: true,
  pretty: true,
  noFallthroughCasesInSwitch: true,
  noImplicitReturns: true,
  forceConsistentCasingInFileNames: true,
};
const PULUMI_YAML = "name: notary-of-my-own\nruntime: nodejs\n";

const manifest = z.object({
  peerDependencies: z.record(z.string(), z.string()),
  devDependencies: z.record(z.string(), z.string()),
});
const lock = z.object({ packages: z.record(z.string(), z.unknown()) });

describe("the package, in a project as pulumi new makes it", () => {
  const folder = mkdtempSync(join(tmpdir(), "dokomodo-package-"));
  const project = join(folder, "project");
  const installed = join(project, "node_modules", "dokomodo");
  const { peerDependencies, devDependencies } = manifest.parse(read(CHECKOUT, "package.json"));
  const sdks = Object.keys(peerDependencies);
  const run = async (command: string, ...args: readonly string[]) => {
    const { all, exitCode } = await execa(command, args, { cwd: project, all: true, reject: false });
    return { text: all, exitCode };
  };

  beforeAll(async () => {
    mkdirSync(project);
    const files = ["index.ts", ...writeExamples()];
    expect(files.length).toBeGreaterThan(10);
    writeFileSync(join(project, "package.json"), JSON.stringify(MANIFEST));
    writeFileSync(
      join(project, "tsconfig.json"),
      JSON.stringify({ compilerOptions: COMPILER_OPTIONS, files }),
    );
    writeFileSync(join(project, "Pulumi.yaml"), PULUMI_YAML);
    for (const file of ["index.ts", "chains.yaml"]) {
      cpSync(join(CHECKOUT, "docs/example", file), join(project, file));
    }
    await execa("npm", ["pack", "--pack-destination", folder], { cwd: CHECKOUT });
    const [tarball = ""] = readdirSync(folder).filter((file) => file.endsWith(".tgz"));
    // The SDKs have the checkout's versions, because the prepared plugins have them. No install script of a dependency is
    // needed, and that of ssh2 would compile C++.
    const exact = sdks.map((name) => `${name}@${devDependencies[name]}`);
    const options = ["--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"];
    await execa("npm", ["install", ...options, join(folder, tarball), ...exact], { cwd: project });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Each example of a doc comment as a file of its own; their names. */
  function writeExamples(): string[] {
    const sources = join(CHECKOUT, "components");
    const texts = readdirSync(sources).map((file) => readFileSync(join(sources, file), "utf8"));
    const examples = texts.flatMap((text) => [...text.matchAll(/^ \* ```ts\n([\s\S]*?)^ \* ```$/gm)]);
    return examples.map(([, lines = ""], index) => {
      const file = `example${index}.ts`;
      writeFileSync(join(project, file), lines.replace(/^ \* ?/gm, ""));
      return file;
    });
  }

  test("holds what was compiled, and no sources, tests or tools", () => {
    expect(
      readdirSync(installed)
        .filter((name) => name !== "node_modules")
        .sort(),
    ).toEqual(["LICENSE", "README.md", "assetchains.yaml", "cli", "dist", "notary", "package.json"]);
    const own = ["cli", "dist"].flatMap((name) =>
      readdirSync(join(installed, name), { recursive: true, encoding: "utf8" }),
    );
    expect(own.filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"))).toEqual([]);
    expect(existsSync(join(project, "node_modules", "@swc-node"))).toBe(false);
  });

  test("shares the program's own copies of Pulumi's SDKs", () => {
    const { packages } = lock.parse(read(project, "package-lock.json"));
    const copies = Object.keys(packages).filter((path) => sdks.some((name) => path.endsWith(`/${name}`)));
    expect(copies.sort()).toEqual(sdks.map((name) => `node_modules/${name}`).sort());
  });

  test("type-checks with the template's settings, and so does every example of a doc comment", async () => {
    expect(await run(join("node_modules", ".bin", "tsc"), "--noEmit")).toEqual({ text: "", exitCode: 0 });
  });

  test("previews a notary with its chains", async () => {
    const stack = await ExampleStack.create(project);
    await stack.expectNotary();
  });

  test("has the command, compiled, and the list of chains", async () => {
    const help = await run("npx", "--yes=false", "dokomodo", "--help");
    expect(help).toMatchObject({ exitCode: 0, text: expect.stringContaining("Usage: dokomodo") });
    const list = join("node_modules", "dokomodo", "assetchains.yaml");
    const chains = await run("npx", "--yes=false", "dokomodo", "chains", "--json", "--file", list);
    expect(chains).toMatchObject({ exitCode: 0, text: expect.stringContaining('"name": "KMD"') });
  });
});

function read(directory: string, file: string): unknown {
  return JSON.parse(readFileSync(join(directory, file), "utf8"));
}
