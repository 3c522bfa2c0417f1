import { describe, expect, test } from "vitest";
import vectors from "../chains/data/keyVectors.json";
import { dokomodo } from "./run";

describe.each(vectors.slice(0, 1))("dokomodo keys for a published passphrase", (vector) => {
  test("prints public key and address, and no WIF", () => {
    const { status, stdout, stderr } = dokomodo(["keys"], vector.passphrase);

    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toBe(`publicKey  ${vector.pubkey}\naddress    ${vector.address_kmd}\n`);
  });

  test("prints the WIF when it is asked to", () => {
    expect(dokomodo(["keys", "--show-secrets"], vector.passphrase).stdout).toContain(
      `wif        ${vector.wif_kmd}\n`,
    );
  });

  test("prints the address of another chain as JSON", () => {
    const { stdout } = dokomodo(["keys", "--prefixes", "LTC", "--json"], vector.passphrase);

    expect(JSON.parse(stdout)).toEqual({ publicKey: vector.pubkey, address: vector.address_ltc });
  });

  test("prints everything as JSON when it is asked to", () => {
    const { stdout } = dokomodo(["keys", "--prefixes", "BTC", "--json", "--show-secrets"], vector.passphrase);

    expect(JSON.parse(stdout)).toEqual({
      publicKey: vector.pubkey,
      address: vector.address_btc,
      wif: vector.wif_btc,
    });
  });
});

describe("dokomodo keys", () => {
  test.each<[string, readonly string[], string, string]>([
    ["an empty passphrase", [], "", "the passphrase is empty\n"],
    [
      "a newline at its end",
      [],
      "hunter2\n",
      "the passphrase ends in a newline, which would make another key; write it without one (printf %s)\n",
    ],
    [
      "a line end of Windows",
      [],
      "hunter2\r\n",
      "the passphrase ends in a carriage return and a newline, which would make another key; write it without a line end (printf %s)\n",
    ],
    ["too long a passphrase", [], "x".repeat(1001), "the passphrase has 1001 bytes; Iguana can hold 1000\n"],
    [
      "an unknown chain",
      ["--prefixes", "KMF"],
      "hunter2",
      'no chain of assetchains.yaml has the symbol "KMF"; did you mean "KMD"?\n',
    ],
  ])("refuses %s and prints nothing", (_, args, input, stderr) => {
    expect(dokomodo(["keys", ...args], input)).toEqual({ status: 1, stdout: "", stderr });
  });
});
