import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { dokomodo } from "./run";

const directory = mkdtempSync(join(tmpdir(), "dokomodo-"));
afterAll(() => rmSync(directory, { recursive: true }));

function written(name: string, text: string): string {
  const file = join(directory, name);
  writeFileSync(file, text);
  return file;
}

describe("dokomodo chains", () => {
  test("prints the shipped list as a table", () => {
    const { status, stdout, stderr } = dokomodo(["chains"]);

    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(
      /│ BEER +│ current +│ komodod +│ 8922 +│ 8923 +│ 6ebbec9f │ \.komodo\/BEER\/BEER\.conf +│ -ac_name=BEER -ac_supply=100000000 +│/,
    );
    expect(stdout).not.toContain("…");
    expect(stdout).toMatch(/│ SUPERNET +│ history +│ komodod/);
    expect(stdout).toMatch(/│ notary2025 +│ current +│ KMD LTC CCL/);
    expect(stdout).toMatch(/│ march2018 +│ history +│ KMD LTC REVS/);
  });

  test("prints a list of objects with --json", () => {
    const file = written(
      "two.yaml",
      "chains:\n  - ac_name: BEER\n    ac_supply: 100000000\n    flags: [-debug=net]\n  - { symbol: LTC, daemon: litecoind, p2pPort: 9333, rpcPort: 9332 }\n",
    );
    const { status, stdout } = dokomodo(["chains", "--file", file, "--json"]);

    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual([
      {
        name: "BEER",
        status: "current",
        daemon: "komodod",
        p2pPort: 8922,
        rpcPort: 8923,
        magic: "6ebbec9f",
        confPath: ".komodo/BEER/BEER.conf",
        flags: ["-ac_name=BEER", "-ac_supply=100000000", "-debug=net"],
      },
      {
        name: "LTC",
        status: "current",
        daemon: "litecoind",
        p2pPort: 9333,
        rpcPort: 9332,
        magic: null,
        confPath: ".litecoin/litecoin.conf",
        flags: [],
      },
    ]);
  });

  test("prints all problems of a list to standard error, and nothing to standard output", () => {
    const file = written(
      "bad.yaml",
      "chains:\n  - ac_name: BEER\n    ac_suply: 1\n  - ac_name: PIZZA\n    freq: 1\n",
    );

    expect(dokomodo(["chains", "--file", file, "--json"])).toEqual({
      status: 1,
      stdout: "",
      stderr:
        `${file}:3:5: unknown key "ac_suply" in chains[0]; did you mean "ac_supply"?\n` +
        `${file}:5:11: chains[1].freq must be a whole number of blocks from 2 to 100; found 1\n` +
        "2 problems; nothing was deployed.\n",
    });
  });

  test("says which file it cannot read", () => {
    expect(dokomodo(["chains", "--file", "none.yaml"])).toEqual({
      status: 1,
      stdout: "",
      stderr: "cannot read none.yaml (ENOENT); run dokomodo in the project's directory or give --file\n",
    });
  });

  test("refuses an unknown option", () => {
    expect(dokomodo(["chains", "--yaml"])).toMatchObject({ status: 1, stdout: "" });
  });
});
