import { chmodSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { replaceFiles } from "../../../cli/images/replace";
import { folder, write } from "./folder";

/** Files that cannot be renamed over, as a file that is mounted into a container. */
const fixed = vi.hoisted((): string[] => []);
vi.mock("node:fs/promises", async (importOriginal) => {
  const original = await importOriginal<typeof import("node:fs/promises")>();
  return {
    ...original,
    rename: async (from: string, to: string) => {
      if (fixed.includes(to)) throw Object.assign(new Error("busy"), { code: "EBUSY" });
      await original.rename(from, to);
    },
  };
});

describe("replaced files", () => {
  test("keep their mode and their link, and no temporary file is left", async () => {
    const path = write("secret.yaml", "before");
    chmodSync(path, 0o640);
    symlinkSync(path, join(folder(), "link.yaml"));

    await replaceFiles([{ path: join(folder(), "link.yaml"), before: "before", after: "after" }]);

    expect(readFileSync(path, "utf8")).toBe("after");
    expect(statSync(path).mode & 0o7777).toBe(0o640);
    expect(readdirSync(folder()).sort()).toEqual(["link.yaml", "secret.yaml"]);
  });

  test("all stay unchanged when one of them was changed in the meantime", async () => {
    const one = write("one.yaml", "before");
    const other = write("other.yaml", "somebody else's");
    const replacing = replaceFiles([
      { path: one, before: "before", after: "after" },
      { path: other, before: "before", after: "after" },
    ]);

    await expect(replacing).rejects.toThrow(
      `${other} was changed by somebody else meanwhile, so nothing was changed here; run this again`,
    );
    expect([readFileSync(one, "utf8"), readFileSync(other, "utf8")]).toEqual(["before", "somebody else's"]);
    expect(readdirSync(folder()).sort()).toEqual(["one.yaml", "other.yaml"]);
  });

  test("get their old texts back when a later one cannot be replaced", async () => {
    const one = write("one.yaml", "before");
    const other = write("other.yaml", "before");
    fixed.push(other);
    const replacing = replaceFiles([
      { path: one, before: "before", after: "after" },
      { path: other, before: "before", after: "after" },
    ]);

    await expect(replacing).rejects.toThrow(`${other} cannot be replaced (EBUSY); nothing was changed`);
    expect([readFileSync(one, "utf8"), readFileSync(other, "utf8")]).toEqual(["before", "before"]);
    expect(readdirSync(folder()).sort()).toEqual(["one.yaml", "other.yaml"]);
  });
});
