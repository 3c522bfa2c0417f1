import { mkdir, readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { cacheDirectory, installOnce } from "../../../dev/toolchain/cache";
import { scratch } from "./scratch";

describe("the cache directory", () => {
  test.each([
    [{ DOKOMODO_CACHE: "/own", XDG_CACHE_HOME: "/xdg" }, "/own"],
    [{ XDG_CACHE_HOME: "/xdg" }, "/xdg/dokomodo"],
    [{ XDG_CACHE_HOME: "relative" }, join(homedir(), ".cache/dokomodo")],
    [{}, join(homedir(), ".cache/dokomodo")],
  ])("is for %o %s", (env, directory) => {
    expect(cacheDirectory(env)).toBe(directory);
  });
});

describe("installing once", () => {
  const put = (text: string) => (directory: string) => writeFile(join(directory, "file"), text);

  test("builds into the target, and only the first time", async () => {
    const target = join(await scratch(), "deep", "target");
    expect(await installOnce(target, put("first"))).toBe(target);
    await installOnce(target, put("second"));
    expect(await readFile(join(target, "file"), "utf8")).toBe("first");
  });

  test("leaves nothing of a build that failed", async () => {
    const parent = await scratch();
    const failing = installOnce(join(parent, "target"), async (directory) => {
      await put("half")(directory);
      throw new Error("no more");
    });
    await expect(failing).rejects.toThrow("no more");
    expect(await readdir(parent)).toEqual([]);
  });

  test("lets one of two builds at the same time win, whole", async () => {
    const parent = await scratch();
    const target = join(parent, "target");
    await Promise.all([installOnce(target, put("a")), installOnce(target, put("b"))]);
    expect(["a", "b"]).toContain(await readFile(join(target, "file"), "utf8"));
    expect(await readdir(parent)).toEqual(["target"]);
  });

  test("clears away what a killed build left a day ago, and not what another builds now", async () => {
    const parent = await scratch();
    await mkdir(join(parent, ".building-old-x"));
    await mkdir(join(parent, ".building-new-x"));
    const longAgo = new Date(Date.now() - 25 * 60 * 60 * 1000);
    await utimes(join(parent, ".building-old-x"), longAgo, longAgo);
    await installOnce(join(parent, "target"), put("file"));
    expect(await readdir(parent)).toEqual([".building-new-x", "target"]);
  });
});
