import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readPlan, readSecrets } from "../../../runtime/filter/readPlan";

const directory = mkdtempSync(join(tmpdir(), "filter-plan-"));
const path = join(directory, "file.json");
afterAll(() => rmSync(directory, { recursive: true }));

function file(content: unknown): string {
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

const plan = {
  port: 7700,
  chains: { KMD: { rpcPort: 7771 }, BEER: { rpcPort: 8923 } },
  clients: { wallet: { chains: ["KMD"], allow: ["getblockcount"] }, explorer: { chains: ["KMD", "BEER"] } },
};

test("a plan and its secrets are read as they are", () => {
  const credentials = { rpcUser: "dokomodo", rpcPassword: "a:b" };
  expect(readPlan(file(plan))).toEqual(plan);
  expect(readSecrets(file({ KMD: credentials, BEER: credentials, LTC: {} }), plan)).toEqual({
    KMD: credentials,
    BEER: credentials,
  });
});

test.each<[unknown, string]>([
  ["{", "is not a JSON object"],
  [[], "is not a JSON object"],
  [{}, "chains must be an object; port must be a port, 1 to 65535; clients must be an object"],
  [{ ...plan, port: 0 }, "port must be a port, 1 to 65535"],
  [
    { ...plan, chains: { KMD: {}, "../x": { rpcPort: 1 } }, clients: {} },
    "chains.KMD.rpcPort must be a port, 1 to 65535; chains.../x must be 1 to 15 letters, digits, _ or -",
  ],
  [{ ...plan, clients: { "a b": { chains: [] } } }, "clients.a b must be a client's name"],
  [{ ...plan, clients: { wallet: {} } }, "clients.wallet.chains must be a list"],
  [
    { ...plan, clients: { wallet: { chains: ["LTC"] } } },
    "clients.wallet.chains[0] must be one of chains, which are KMD, BEER",
  ],
  [
    { ...plan, clients: { wallet: { chains: ["KMD"], allow: [] } } },
    "clients.wallet.allow must have a method, or be left out",
  ],
  [
    { ...plan, clients: { wallet: { chains: ["KMD"], allow: ["stop", 1] } } },
    "clients.wallet.allow[0] is never allowed: it ends the daemon; clients.wallet.allow[1] must be a method's name",
  ],
])("a plan of %j is refused", (content, message) => {
  expect(() => readPlan(file(content))).toThrow(new RegExp(`^${escaped(`${path}`)}:? ${escaped(message)}$`));
});

test("a client may have any method", () => {
  const given = { ...plan, clients: { operator: { chains: ["KMD"], allow: "any" } } };
  expect(readPlan(file(given))).toEqual(given);
});

test("secrets that lack a chain are refused, and no secret is in the message", () => {
  const given = { KMD: { rpcUser: "hidden:user", rpcPassword: "hidden" } };
  expect(() => readSecrets(file(given), plan)).toThrow(
    `${path}: KMD.rpcUser must be text without a colon; BEER.rpcUser must be text without a colon; ` +
      "BEER.rpcPassword must be text",
  );
  expect(() => readSecrets(file(given), plan)).not.toThrow(/hidden/);
});

test("a file that is not there is named", () => {
  expect(() => readPlan(join(directory, "none.json"))).toThrow(
    /none\.json cannot be read by uid \d+ \(ENOENT\)/,
  );
});

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
