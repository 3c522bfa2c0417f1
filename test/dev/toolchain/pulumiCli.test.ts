import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { wrapperMark } from "../../../dev/toolchain/executables";
import { findPulumi, pulumiVersion } from "../../../dev/toolchain/pulumiCli";
import { recorder, scratch, writeScript } from "./scratch";

/** A machine with nothing but a shell, an empty cache and what the test puts there. */
async function machine() {
  const directory = await scratch();
  const bin = join(directory, "bin");
  const cache = join(directory, "cache");
  const env = { PATH: `${bin}:/usr/bin:/bin`, DOKOMODO_CACHE: cache, HOME: directory };
  const display = recorder();
  const nobody = "http://127.0.0.1:1";
  return { bin, cache, env, display, search: { env, display, server: nobody } };
}

/** Answers like Pulumi's download server, whose installation script this is. */
async function downloadServer(script: string): Promise<{ url: string; requests: () => number }> {
  let requests = 0;
  const server = createServer((_request, response) => {
    requests++;
    response.end(script);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { url: `http://127.0.0.1:${address.port}`, requests: () => requests };
}

/** An environment in which Node.js programs download from this server instead of Pulumi's. */
async function redirected(env: NodeJS.ProcessEnv, url: string): Promise<NodeJS.ProcessEnv> {
  const file = join(await scratch(), "redirect.cjs");
  await writeFile(
    file,
    `const { fetch } = globalThis;
     globalThis.fetch = (address, options) =>
       fetch(String(address).replace("https://get.pulumi.com", ${JSON.stringify(url)}), options);`,
  );
  return { ...env, NODE_OPTIONS: `--require ${file}` };
}

/** An installation script. Its CLI says that it has the version that was asked for, or this one. */
const installation = (version = "$version") => `
  while [ $# -gt 0 ]; do
    case $1 in --install-root) root=$2 ;; --version) version=$2 ;; esac
    shift
  done
  mkdir -p "$root/bin"
  printf '#!/bin/sh\necho "v%s"\n' "${version}" > "$root/bin/pulumi"
  chmod +x "$root/bin/pulumi"`;

/** Stands in for Go: notes its arguments and writes into the folder that it was asked to write into. */
const go = `
if [ "$1" = version ]; then echo go version go1.26.8 linux/amd64; exit; fi
while [ "$1" != -o ]; do echo "$1" >> "$HOME/go-arguments"; shift; done
echo built > "$2/pulumi"; echo "$3" >> "$HOME/go-arguments"; pwd >> "$HOME/go-arguments"
`;

describe("finding the engine", () => {
  test("takes the user's own pulumi from the path, and asks nobody", async () => {
    const { bin, display, search } = await machine();
    await writeScript(join(bin, "pulumi"), "");
    expect(await findPulumi(search)).toEqual({ directory: bin, origin: "path" });
    expect(display.text).toBe("");
  });

  test("does not take a folder for a program", async () => {
    const { bin, cache, search } = await machine();
    await mkdir(join(bin, "pulumi"), { recursive: true });
    const built = await writeScript(join(cache, `pulumi-${pulumiVersion}-built`, "pulumi"), "");
    expect(await findPulumi(search)).toEqual({ directory: dirname(built), origin: "built" });
  });

  test("does not take its own wrapper, or what it put on the path, for the user's", async () => {
    const { bin, cache, env, search } = await machine();
    await writeScript(join(bin, "pulumi"), `${wrapperMark}.`);
    await writeScript(join(cache, "bin", "0123", "pulumi"), "");
    await writeScript(join(cache, `pulumi-${pulumiVersion}-built`, "pulumi"), "");
    const inside = { ...env, PATH: `${join(cache, "bin", "0123")}:${env.PATH}` };
    expect(await findPulumi({ ...search, env: inside })).toEqual({
      directory: join(cache, `pulumi-${pulumiVersion}-built`),
      origin: "built",
    });
  });

  test("installs Pulumi's own, of the pinned version, and the next time finds it in the cache", async () => {
    const { cache, display, env, search } = await machine();
    const server = await downloadServer(installation());
    const online = { ...search, server: server.url, env: await redirected(env, server.url) };
    const found = await findPulumi(online);
    expect(found).toEqual({ directory: join(cache, `pulumi-${pulumiVersion}`, "bin"), origin: "official" });
    expect(await readFile(join(found.directory, "pulumi"), "utf8")).toContain(`v${pulumiVersion}`);
    expect(display.text).toContain(`Downloading Pulumi ${pulumiVersion}: done in`);

    const asked = server.requests();
    expect(await findPulumi(online)).toEqual(found);
    expect(server.requests()).toBe(asked);
  });

  test("builds the pinned version when the server is out of reach, and says so in one line", async () => {
    const { bin, cache, env, display, search } = await machine();
    await writeScript(join(bin, "go"), go);
    const found = await findPulumi(search);
    expect(found).toEqual({ directory: join(cache, `pulumi-${pulumiVersion}-built`), origin: "built" });
    expect(display.text.split("\n")[0]).toMatch(/^Pulumi's download server, .*, does not answer/);
    const asked = await readFile(join(env.HOME, "go-arguments"), "utf8");
    expect(asked).toContain(`version.Version=v${pulumiVersion}`);
    expect(asked).toContain("github.com/pulumi/pulumi/pkg/v3/cmd/pulumi");
    expect(asked).toContain("dev/toolchain/pulumi");
  });

  test.each([
    ["fails", "echo the disk is full; exit 1", "the disk is full"],
    ["brings an older version", installation("3.1.0"), "your current CLI version is v3.1.0"],
  ])("builds it, too, when the download %s", async (_case, script, said) => {
    const { bin, cache, display, env, search } = await machine();
    await writeScript(join(bin, "go"), go);
    const server = await downloadServer(script);
    const online = { ...search, server: server.url, env: await redirected(env, server.url) };
    expect(await findPulumi(online)).toEqual({
      directory: join(cache, `pulumi-${pulumiVersion}-built`),
      origin: "built",
    });
    expect(display.text).toMatch(new RegExp(`^ {2}\\| .*${said}`, "m"));
    expect(display.text).toContain("Pulumi's download failed. Its CLI is built from source instead.\n");
  });

  test.each([
    ["there is none", undefined, "Go does not run"],
    ["it is too old to fetch a newer one", "go1.19.8", "the Go on PATH is too old: go version go1.19.8"],
  ])("says what to do about Go when %s", async (_case, version, message) => {
    const { bin, search } = await machine();
    if (version !== undefined) await writeScript(join(bin, "go"), `echo go version ${version} linux/amd64`);
    await expect(findPulumi(search)).rejects.toThrow(message);
    await expect(findPulumi(search)).rejects.toThrow(
      /^Pulumi's CLI is compiled on this machine, .*Install Go 1\.25 or newer .*put Pulumi 3\.\d+\.\d+ on PATH\.$/s,
    );
  });

  test("has the version that the Go module pins", async () => {
    const module = await readFile(join(__dirname, "../../../dev/toolchain/pulumi/go.mod"), "utf8");
    expect(module).toContain(`github.com/pulumi/pulumi/pkg/v3 v${pulumiVersion} `);
  });
});
