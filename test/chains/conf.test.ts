import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { callerConf, credentialsProblem, daemonConf, PASSWORD_LENGTH, RPC_USER } from "../../chains/conf";

interface Read {
  user: string | undefined;
  password: string | undefined;
  port: number | undefined;
}

/** Reads a conf as Iguana does: a key counts anywhere in a line, all white space is removed, and the last value wins. */
function readLikeIguana(text: string): Read {
  const read: Read = { user: undefined, password: undefined, port: undefined };
  for (const line of text.split("\n")) {
    const after = (key: string): string | undefined => {
      const found = line.indexOf(key);
      const rest = found < 0 ? "" : line.slice(found + key.length);
      const equals = rest.indexOf("=");
      return equals < 0 ? undefined : rest.slice(equals + 1).replace(/[ \t\r\n]/g, "") || "<nullstr>";
    };
    if (line.startsWith("#")) {
      continue;
    }
    if (line.includes("rpcuser")) {
      read.user = after("rpcuser") ?? read.user;
    } else if (line.includes("rpcpassword")) {
      read.password = after("rpcpassword") ?? read.password;
    } else if (line.includes("rpcport")) {
      read.port = Number.parseInt(after("rpcport") ?? "", 10);
    }
  }
  return read;
}

/** Reads a conf as the daemon does: a # anywhere starts a comment, and white space around a value is removed. */
function readLikeTheDaemon(text: string): Map<string, string> {
  const pairs = text
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim())
    .filter((line) => line.includes("="))
    .map((line): [string, string] => [
      line.slice(0, line.indexOf("=")).trim(),
      line.slice(line.indexOf("=") + 1).trim(),
    ]);
  return new Map(pairs);
}

const visible = fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code));
const password = fc
  .string({ unit: visible, minLength: 1, maxLength: 200 })
  .filter((text) => !/#|rpcuser|rpcpassword|rpcport/.test(text));
const user = password.filter((text) => !text.includes(":"));

describe("The conf of a chain", () => {
  const credentials = { rpcUser: "abcdefghijklmnop", rpcPassword: "ABCDEFGHIJKLMNOP" };
  const called = "rpcuser=abcdefghijklmnop\nrpcpassword=ABCDEFGHIJKLMNOP\nrpcport=8923\n";

  test("tells callers user, password and port", () => {
    expect(callerConf({ rpcPort: 8923 }, credentials)).toBe(called);
  });

  test("tells the daemon the same, and then what is its own", () => {
    expect(daemonConf({ rpcPort: 8923 }, credentials)).toBe(
      `${called}server=1\ntxindex=1\nrpcworkqueue=256\n`,
    );
  });

  test("gives Iguana and the daemon the user, password and port that went into it", () => {
    fc.assert(
      fc.property(user, password, fc.integer({ min: 1, max: 65535 }), (rpcUser, rpcPassword, rpcPort) => {
        for (const confOf of [callerConf, daemonConf]) {
          const text = confOf({ rpcPort }, { rpcUser, rpcPassword });
          const daemon = readLikeTheDaemon(text);

          expect(readLikeIguana(text)).toEqual({ user: rpcUser, password: rpcPassword, port: rpcPort });
          expect([daemon.get("rpcuser"), daemon.get("rpcpassword")]).toEqual([rpcUser, rpcPassword]);
          expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThan(1024);
        }
      }),
    );
  });

  test("is refused when a password would be read differently from what was written", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 80 }), (rpcPassword) => {
        fc.pre(!/^[!-~]+$/.test(rpcPassword));

        expect(() => daemonConf({ rpcPort: 1 }, { rpcUser: "user", rpcPassword })).toThrow();
      }),
    );
  });

  test.each([
    ["", "visible ASCII"],
    ["with#a#hash#inside", "visible ASCII"],
    ["with a space inside", "visible ASCII"],
    ["x".repeat(201), "visible ASCII"],
    ["myrpcuserispartofit", "which Iguana would take for a key"],
    ["has-rpcport-inside", "which Iguana would take for a key"],
    ["rpcpasswordrpcpassword", "which Iguana would take for a key"],
  ])("refuses %j as a password and does not quote it", (rpcPassword, reason) => {
    const problem = credentialsProblem({ rpcUser: "user", rpcPassword });

    expect(problem).toContain(reason);
    if (rpcPassword !== "") expect(problem).not.toContain(rpcPassword);
  });

  test("may have a colon in a password, but not in a user, because HTTP ends the user there", () => {
    expect(credentialsProblem({ rpcUser: "user", rpcPassword: "a:b" })).toBeUndefined();
    expect(credentialsProblem({ rpcUser: "a:b", rpcPassword: "password" })).toBe(
      "the RPC user must not contain a :, which ends it in HTTP",
    );
  });

  test("is read alike with the notary's own RPC user and any password that is generated for it", () => {
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    const generated = fc.string({
      unit: fc.constantFrom(...alphabet),
      minLength: PASSWORD_LENGTH,
      maxLength: PASSWORD_LENGTH,
    });
    fc.assert(
      fc.property(generated, (rpcPassword) => {
        const text = callerConf({ rpcPort: 8923 }, { rpcUser: RPC_USER, rpcPassword });

        expect(readLikeIguana(text)).toEqual({ user: RPC_USER, password: rpcPassword, port: 8923 });
      }),
    );
    // The password alone protects the RPC.
    expect(PASSWORD_LENGTH * Math.log2(alphabet.length)).toBeGreaterThan(128);
  });
});
