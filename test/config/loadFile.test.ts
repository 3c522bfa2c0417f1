import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { loadStackFile } from "../../config/loadFile";

describe("a stack that is read from its files", () => {
  test("is whole without a passphrase, and needs no Pulumi", () => {
    const loaded = loadStackFile({ directory: process.cwd(), stackName: "dev" });
    if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join("\n"));
    const [east] = loaded.value.notaries;
    expect(east?.chains.map(({ chain }) => chain.symbol).sort()).toEqual(["BEER", "KMD", "LTC", "PIZZA"]);
    expect(east?.passphrase).toBe("stand-in-for-dokomodo:passphrases.east");
  });

  test("counts a text that is not written yet, and names the place of a mistake in it", () => {
    const directory = mkdtempSync(join(tmpdir(), "dokomodo-"));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    writeFileSync(join(directory, "Pulumi.east.yaml"), "config:\n  dokomodo:hosts: []\n");
    const texts = { "Pulumi.east.yaml": "config:\n  dokomodo:hosts:\n    - { name: alpha, dokcer: no }\n" };
    const loaded = loadStackFile({ directory, stackName: "east", texts });
    if (loaded.ok) throw new Error("it was taken");
    expect(loaded.problems).toContainEqual(
      expect.objectContaining({
        message: expect.stringContaining('unknown key "dokcer"'),
        position: { file: "Pulumi.east.yaml", line: 3, column: 22 },
      }),
    );
  });
});
