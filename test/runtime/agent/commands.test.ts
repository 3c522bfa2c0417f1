import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { LeasePlan, NotaryPlan } from "../../../runtime/agent/plan";
import { until } from "../processes";
import { credentials, NotaryUnderTest, PASSPHRASE } from "./notaryUnderTest";

let notary: NotaryUnderTest | undefined;

afterEach(async () => {
  await notary?.end();
  notary = undefined;
});

function withLease(plan: NotaryPlan, lease: LeasePlan): NotaryPlan {
  return { ...plan, iguana: { ...plan.iguana, lease } };
}

async function prepared(): Promise<{ it: NotaryUnderTest; plan: NotaryPlan }> {
  const it = await NotaryUnderTest.prepare([{ symbol: "KMD", dest: "LTC" }, { symbol: "LTC" }]);
  notary = it;
  if (it.plan === undefined) throw new Error("no plan");
  return { it, plan: it.plan };
}

test("healthz and status ask the running agent", async () => {
  const { it, plan } = await prepared();
  expect(await it.command("healthz")).toEqual({
    code: 1,
    output: `agent: no agent answers on 127.0.0.1:${plan.listenPort} (connection refused)\n`,
  });
  it.chain("LTC").isLoading = true;
  it.startAgent();
  const output = "KMD: waiting-for-dest (LTC)\nLTC: loading (Loading block index...)\n";
  await until(async () => (await it.get("/healthz")).text === output);
  expect(await it.command("healthz")).toEqual({ code: 1, output });
  it.chain("LTC").isLoading = false;
  await until(() => it.isHealthy());
  expect(await it.command("healthz")).toEqual({ code: 0, output: "ok\n" });
  const status = await it.command("status");
  expect(status.code).toBe(0);
  expect(JSON.parse(status.output).coins.KMD.state).toBe("ready");
  expect((await it.command("frob")).code).toBe(64);
});

test("a second agent on the same port ends with a reason", async () => {
  const { it } = await prepared();
  it.startAgent();
  await until(() => it.isHealthy());
  const { code, output } = await it.command();
  expect(code).toBe(1);
  expect(output).toContain("EADDRINUSE");
});

test("wrong files end it with 78 and name all that is wrong, but no value", async () => {
  const { it, plan } = await prepared();
  const [kmd] = plan.coins;
  if (kmd === undefined) throw new Error("no coin");
  it.write(
    { ...plan, publicKey: "02", listenPort: 0, coins: [kmd, kmd] },
    { passphrase: PASSPHRASE, coins: {} },
  );
  expect(await it.command()).toEqual({
    code: 78,
    output: `agent: ${it.directory}/agent/plan.json: listenPort must be a port, 1 to 65535; publicKey must be 66 hex digits; coins names KMD twice\n`,
  });

  const witnesses = [
    { name: "alpha", port: 7801 },
    { name: "", port: 7801 },
  ];
  it.write(withLease(plan, { holder: "", witnesses }), { passphrase: PASSPHRASE, coins: {} });
  expect((await it.command()).output).toBe(
    `agent: ${it.directory}/agent/plan.json: iguana.lease.witnesses[1].name must be a host's name; iguana.lease.witnesses must have different ports; iguana.lease.holder must be text of one line\n`,
  );
  it.write(withLease(plan, { holder: "x", witnesses: [] }), { passphrase: PASSPHRASE, coins: {} });
  expect((await it.command()).output).toContain("iguana.lease.witnesses must be at least one");

  it.write(plan, {
    passphrase: "x".repeat(1001),
    coins: { KMD: { ...credentials("KMD"), rpcUser: "canary:user" } },
  });
  const { code, output } = await it.command();
  expect(code).toBe(78);
  expect(output).toContain(
    "passphrase must be at most 1000 bytes long; coins.KMD.rpcUser must be text without a colon",
  );
  expect(output).toContain("coins.LTC.wif must be a WIF");
  expect(output).not.toMatch(/canary|xxx/);

  writeFileSync(join(it.directory, "agent/secrets.json"), `{ "passphrase": "canary`);
  expect(await it.command()).toEqual({
    code: 78,
    output: `agent: ${it.directory}/agent/secrets.json is not a JSON object\n`,
  });
});

test("a plan's Lease object is checked, and is there instead of witnesses", async () => {
  const { it, plan } = await prepared();
  const problems = async (lease: object) => {
    writeFileSync(
      join(it.directory, "agent/plan.json"),
      JSON.stringify({ ...plan, iguana: { ...plan.iguana, lease } }),
    );
    return (await it.command("status")).output;
  };
  const start = `agent: ${it.directory}/agent/plan.json: `;
  const namespace = "iguana.lease.object.namespace must be a namespace's name: at most 63 of a-z, 0-9 and -";
  const name = "iguana.lease.object.name must be an object's name: at most 253 of a-z, 0-9, - and .";
  for (const [object, problem] of [
    [{ namespace: "Iguanas", name: "key" }, namespace],
    [{ namespace: "i".repeat(64), name: "key" }, namespace],
    [{ namespace: "iguanas", name: "../leases/other" }, name],
    [{ namespace: "iguanas" }, name],
    ["iguanas/key", `${namespace}; ${name}`],
  ])
    expect(await problems({ holder: "x", object })).toBe(`${start}${problem}\n`);
  const object = { namespace: "iguanas", name: `dokomodo-${plan.publicKey}` };
  expect(await problems({ object })).toBe(`${start}iguana.lease.holder must be text of one line\n`);
  expect(await problems({ holder: "x", object, witnesses: [{ name: "alpha", port: 7801 }] })).toBe(
    `${start}iguana.lease must have either witnesses or an object, not both\n`,
  );
  expect(await problems({ holder: "x" })).toContain("iguana.lease.witnesses must be a list");
  expect(await problems({ holder: "x", object })).toMatch(/^agent: no agent answers on/);
});

test("no secret shows, not even where a daemon quotes what it was asked", async () => {
  const { it } = await prepared();
  it.iguana.echoesRequests = true;
  it.iguana.dpowRefusals = Array(3).fill("refused");
  it.chain("LTC").echoesImports = true;
  it.startAgent();
  const echo = 'Invalid private key encoding: ["[secret]","",true]';
  let seen: string[] = [];
  // The error passes for a moment whenever it is tried again.
  await until(async () => {
    seen = [JSON.stringify(await it.status()), (await it.get("/healthz")).text];
    return seen.every((text) => text.includes("Invalid private key")) && (seen[1] ?? "").includes(echo);
  });
  it.chain("LTC").echoesImports = false;
  await until(async () => (await it.states())["KMD"] === "error");
  seen.push(JSON.stringify(await it.status()), it.output, (await it.command("status")).output);
  await until(() => it.isHealthy());
  seen.push(it.output);
  for (const text of seen) expect(text).not.toMatch(/canary/);
});
