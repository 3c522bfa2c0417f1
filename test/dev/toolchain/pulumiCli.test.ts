import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { wrapperMark } from "../../../dev/toolchain/executables";
import { findEngine, pulumiVersion } from "../../../dev/toolchain/pulumiCli";
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

/** Answers like Pulumi's download server, with an installation script that notes how it was called. */
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

/** Stands in for Go: notes its arguments and writes what it was asked to write. */
const go = `
if [ "$1" = env ]; then echo go1.26.8; exit; fi
while [ "$1" != -o ]; do echo "$1" >> "$HOME/go-arguments"; shift; done
echo built > "$2"; echo "$3" >> "$HOME/go-arguments"; pwd >> "$HOME/go-arguments"
`;

describe("finding the engine", () => {
  it("takes the user's own pulumi from the path, and asks nobody", async () => {
    const { bin, display, search } = await machine();
    await writeScript(join(bin, "pulumi"), "");
    expect(await findEngine(search)).toEqual({ directory: bin, origin: "path" });
    expect(display.text).toBe("");
  });

  it("does not take its own wrapper, or what it put on the path, for the user's", async () => {
    const { bin, cache, env, search } = await machine();
    await writeScript(join(bin, "pulumi"), `${wrapperMark}.`);
    await writeScript(join(cache, "bin", "0123", "pulumi"), "");
    await writeScript(join(cache, `pulumi-${pulumiVersion}-built`, "pulumi"), "");
    const inside = { ...env, PATH: `${join(cache, "bin", "0123")}:${env.PATH}` };
    expect(await findEngine({ ...search, env: inside })).toEqual({
      directory: join(cache, `pulumi-${pulumiVersion}-built`),
      origin: "built",
    });
  });

  it("installs Pulumi's own, of the pinned version, and the next time finds it in the cache", async () => {
    const { cache, display, search } = await machine();
    const server = await downloadServer(`
      while [ $# -gt 0 ]; do
        case $1 in --install-root) root=$2 ;; --version) version=$2 ;; esac
        shift
      done
      mkdir -p "$root/bin"; echo "$version" > "$root/bin/pulumi"`);
    const found = await findEngine({ ...search, server: server.url });
    expect(found).toEqual({ directory: join(cache, `pulumi-${pulumiVersion}`, "bin"), origin: "official" });
    expect(await readFile(join(found.directory, "pulumi"), "utf8")).toBe(`${pulumiVersion}\n`);
    expect(display.text).toContain(`Downloading Pulumi ${pulumiVersion}: done in`);

    const asked = server.requests();
    expect(await findEngine({ ...search, server: server.url })).toEqual(found);
    expect(server.requests()).toBe(asked);
  });

  it("builds the pinned version when the server is out of reach, and says so in one line", async () => {
    const { bin, cache, env, display, search } = await machine();
    await writeScript(join(bin, "go"), go);
    const found = await findEngine(search);
    expect(found).toEqual({ directory: join(cache, `pulumi-${pulumiVersion}-built`), origin: "built" });
    expect(display.text.split("\n")[0]).toMatch(/^Pulumi's download server, .*, does not answer/);
    const asked = await readFile(join(env.HOME, "go-arguments"), "utf8");
    expect(asked).toContain(`version.Version=v${pulumiVersion}`);
    expect(asked).toContain("github.com/pulumi/pulumi/pkg/v3/cmd/pulumi");
    expect(asked).toContain("dev/toolchain/pulumi");
  });

  it("builds it when the download fails, too", async () => {
    const { bin, display, search } = await machine();
    await writeScript(join(bin, "go"), go);
    const server = await downloadServer("echo the disk is full; exit 1");
    expect((await findEngine({ ...search, server: server.url })).origin).toBe("built");
    expect(display.text).toContain("  | the disk is full\n");
  });

  it.each([
    ["there is none", undefined, "there is no `go` on the path"],
    ["it is too old to fetch a newer one", "go1.19.8", "the `go` on the path is go1.19.8"],
  ])("says what to do about Go when %s", async (_case, version, message) => {
    const { bin, search } = await machine();
    if (version !== undefined) await writeScript(join(bin, "go"), `echo ${version}`);
    await expect(findEngine(search)).rejects.toThrow(message);
    await expect(findEngine(search)).rejects.toThrow("Install Go 1.21 or later");
  });

  it("has the version that the Go module pins", async () => {
    const module = await readFile(join(__dirname, "../../../dev/toolchain/pulumi/go.mod"), "utf8");
    expect(module).toContain(`github.com/pulumi/pulumi/pkg/v3 v${pulumiVersion} `);
  });
});
