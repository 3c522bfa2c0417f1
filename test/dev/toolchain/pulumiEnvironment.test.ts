import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isDownloadServerReachable } from "../../../dev/toolchain/downloadServer";
import { preparePulumi } from "../../../dev/toolchain/pulumiEnvironment";
import { recorder, scratch, writeScript } from "./scratch";

/** A machine with a Pulumi of its own, some of its plugins, and a download server that is known to be out of reach. */
async function machine(...onPath: string[]) {
  const directory = await scratch();
  const bin = join(directory, "bin");
  const home = join(directory, "home");
  for (const name of ["pulumi", ...onPath]) await writeScript(join(bin, name), "");
  const cache = join(directory, "cache");
  const plugin = async (name: string, version?: string) => {
    const folder = `resource-${name}-v${version ?? (await sdkVersion(name))}`;
    await writeScript(join(home, "plugins", folder, `pulumi-resource-${name}`), "");
  };
  const display = recorder();
  const env = { PATH: `${bin}:/usr/bin:/bin`, HOME: directory, PULUMI_HOME: home, DOKOMODO_CACHE: cache };
  await mkdir(cache);
  await writeFile(join(cache, "download-server-unreachable"), "");
  return { bin, env, plugin, display };
}

async function sdkVersion(name: string): Promise<string> {
  const manifest = join(__dirname, "../../../node_modules/@pulumi", name, "package.json");
  const { version }: { version: string } = JSON.parse(await readFile(manifest, "utf8"));
  return version;
}

describe("preparing an engine", () => {
  test("adds nothing where everything official is there, and says nothing", async () => {
    const { bin, env, plugin, display } = await machine("pulumi-language-nodejs", "pulumi-resource-random");
    await plugin("docker");
    await plugin("tls");
    const prepared = await preparePulumi({ env, display });
    expect(prepared).toEqual({ pulumi: join(bin, "pulumi"), env: { PATH: env.PATH }, offline: [] });
    expect(display.text).toBe("");
  });

  test("stands in for what is missing only, and says how to type `pulumi` by hand", async () => {
    const { bin, env, plugin, display } = await machine("pulumi-language-nodejs");
    await plugin("docker");
    await plugin("tls");
    const prepared = await preparePulumi({ env, display });
    expect(prepared.offline).toEqual(["random"]);
    expect(prepared.pulumi).toBe(join(bin, "pulumi"));
    expect(prepared.env["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"]).toBe("true");
    const [added] = prepared.env["PATH"]?.split(":") ?? [];
    expect(prepared.env["PATH"]).toBe(`${added}:${env.PATH}`);
    expect(display.text).toBe(
      "Pulumi runs with offline stand-ins for its plugins: random.\n" +
        `Before you type \`pulumi\` in this project, run: export PATH="${added}:$PATH" ` +
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true\n",
    );
  });

  test("does not take a plugin of another version for the one that the SDK asks for", async () => {
    const { env, plugin, display } = await machine("pulumi-language-nodejs", "pulumi-resource-docker");
    await plugin("random", "4.0.0");
    await plugin("tls");
    expect((await preparePulumi({ env, display, byHand: false })).offline).toEqual(["random"]);
  });

  test("finds all of it again within half a second", async () => {
    const { env, plugin, display } = await machine("pulumi-resource-random");
    await plugin("docker");
    await plugin("tls");
    const first = await preparePulumi({ env, display });
    expect(first.offline).toEqual(["nodejs"]);
    const started = performance.now();
    expect(await preparePulumi({ env: { ...env, ...first.env }, display })).toEqual(first);
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe("asking whether the download server is there", () => {
  test("remembers that it is not, and not that it is", async () => {
    const cache = await scratch();
    const server = createServer((_request, response) => response.end());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
    expect(await isDownloadServerReachable(cache, url)).toBe(true);
    await new Promise((resolve) => server.close(resolve));
    expect(await isDownloadServerReachable(cache, url)).toBe(false);
    await new Promise<void>((resolve) => server.listen(Number(new URL(url).port), "127.0.0.1", resolve));
    expect(await isDownloadServerReachable(cache, url)).toBe(false);
    server.close();
  });
});
