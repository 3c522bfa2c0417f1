import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { address, deriveKeys, MAX_PASSPHRASE_BYTES, readPassphrase, wif } from "../../chains/keys";
import vectors from "./data/keyVectors.json";

const KMD = { pubkeyHash: 60, scriptHash: 85, wif: 188 };
const BTC = { pubkeyHash: 0, scriptHash: 5, wif: 128 };
const LTC = { pubkeyHash: 48, scriptHash: 5, wif: 176 };
const GAME = { pubkeyHash: 38, scriptHash: 5, wif: 166 };

describe.each(vectors)("Keys of the passphrase $passphrase", (vector) => {
  const { privateKey, publicKey } = deriveKeys(vector.passphrase);

  test("are the published ones", () => {
    expect(Buffer.from(privateKey).toString("hex")).toBe(vector.privkey);
    expect(publicKey).toBe(vector.pubkey);
  });

  test.each([
    ["KMD", KMD, vector.address_kmd, vector.wif_kmd],
    ["BTC", BTC, vector.address_btc, vector.wif_btc],
    ["LTC", LTC, vector.address_ltc, vector.wif_ltc],
    ["GAME", GAME, vector.address_game_38, vector.wif_game_166],
  ])("have their form on %s", (_, prefixes, expectedAddress, expectedWif) => {
    expect(address(publicKey, prefixes)).toBe(expectedAddress);
    expect(wif(privateKey, prefixes)).toBe(expectedWif);
  });

  test.each([vector.wif_kmd, vector.wif_btc, vector.wif_ltc])(
    "are those of its WIF %s given as a passphrase",
    (text) => {
      expect(deriveKeys(text)).toEqual({ privateKey, publicKey });
    },
  );
});

describe("deriveKeys", () => {
  test.each([
    [
      "also shoot benefit prefer juice shell elder veteran woman mimic image kidney",
      "RKGn1jkeS7VNLfwY74esW7a8JFfLNj1Yoo",
      "UuNjg5jPzHy4p4gHAW8NZ49H9xXrKFBx2xCvNBmc6CkRaGBj4qUE",
    ],
    [
      "password",
      "RPWk23XxaZ2otv2NPH1mXLaJkeMzaC1BKX",
      "Urye23fAoxHJnUTHZpH6cTkdcPMnZZFeottWaJMNSCRnRokxaTRE",
    ],
  ])("of %s has a known address and WIF", (passphrase, expectedAddress, expectedWif) => {
    const { privateKey, publicKey } = deriveKeys(passphrase);

    expect([address(publicKey, KMD), wif(privateKey, KMD)]).toEqual([expectedAddress, expectedWif]);
  });

  test("uses every byte, so that spaces and composed letters make other keys", () => {
    const keys = ["word", " word", "word ", "w\u00f6rd", "wo\u0308rd"].map(
      (phrase) => deriveKeys(phrase).publicKey,
    );

    expect(new Set(keys).size).toBe(keys.length);
  });

  test("makes a clamped key of any text, and the key's WIF leads back to the key", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 45 }), (passphrase) => {
        const { privateKey, publicKey } = deriveKeys(passphrase);

        expect((privateKey[0] ?? 1) & 7).toBe(0);
        expect((privateKey[31] ?? 0) & 0xc0).toBe(0x40);
        expect(publicKey).toMatch(/^0[23][0-9a-f]{64}$/);
        const written = wif(privateKey, KMD);
        // Iguana takes about one WIF in a hundred for a phrase. readPassphrase refuses such a WIF.
        if ("problem" in readPassphrase(written)) {
          expect(deriveKeys(written).publicKey).not.toBe(publicKey);
        } else {
          expect(deriveKeys(written).publicKey).toBe(publicKey);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe("readPassphrase", () => {
  test.each([
    ["an empty one", "", "the passphrase is empty"],
    [
      "one with a newline at its end",
      "hunter2\n",
      "the passphrase ends in a newline, which would make another key; write it without one (printf %s)",
    ],
    [
      "one with a carriage return at its end",
      "hunter2\r",
      "the passphrase ends in a newline, which would make another key; write it without one (printf %s)",
    ],
    [
      "one with a line end of Windows",
      "hunter2\r\n",
      "the passphrase ends in a carriage return and a newline, which would make another key; write it without a line end (printf %s)",
    ],
    [
      "a newline alone",
      "\n",
      "the passphrase ends in a newline, which would make another key; write it without one (printf %s)",
    ],
    ["one with a zero byte", "hunter\0two", "the passphrase holds a zero byte, where Iguana would end it"],
    ["one of 1001 letters", "x".repeat(1001), "the passphrase has 1001 bytes; Iguana can hold 1000"],
    [
      "one of 501 letters of two bytes",
      "ö".repeat(501),
      "the passphrase has 1002 bytes; Iguana can hold 1000",
    ],
    [
      "a WIF with a wrong letter",
      "UtrRXqvRFUAtCrCTRAHPH6yroQKUrrTJRmxt2h5U4QTUN1jCxTAk",
      "the passphrase looks like a WIF, but its checksum is wrong, so Iguana and komodod would make different keys of it; correct it, or use another passphrase",
    ],
    [
      "a WIF with so few digits that Iguana hashes it",
      "UquLByeGZziuCDhAhbVpowaz6MZxuYNZTpWmWBVRRnhxSBmAezAC",
      "the passphrase is a WIF, but Iguana does not take it for one because of its mix of digits and letters, and komodod does; use another key",
    ],
  ])("refuses %s without quoting it", (_, text, problem) => {
    expect(readPassphrase(text)).toEqual({ problem });
    expect(problem).not.toContain("hunter");
  });

  test.each([
    "x".repeat(MAX_PASSPHRASE_BYTES),
    " two words ",
    "a\nb",
    '"$`\\',
    ...vectors.map(({ wif_kmd }) => wif_kmd),
  ])("leaves a passphrase as it is: %j", (passphrase) => {
    expect(readPassphrase(passphrase)).toEqual({ passphrase });
  });
});
