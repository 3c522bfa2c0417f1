import { chmodSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { replaceFiles } from "../../../cli/images/replace";
import { folder, write } from "./folder";

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
});
