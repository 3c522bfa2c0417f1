import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { until } from "./processes";
import { type Answer, WitnessProcess } from "./witnessProcess";

const KEY = `02${"ab".repeat(32)}`;
const keyOf = (n: number) => `03${n.toString(16).padStart(64, "0")}`;

let directory = "";
let witnesses: WitnessProcess[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "dokomodo-witness-"));
});

afterEach(async () => {
  for (const witness of witnesses) await witness.end();
  witnesses = [];
  rmSync(directory, { recursive: true, force: true });
});

async function started(): Promise<WitnessProcess> {
  const witness = new WitnessProcess(directory);
  witnesses.push(witness);
  return witness.start();
}

/** Several witnesses of one host, as several stacks have them. */
async function threeOfOneHost(): Promise<[WitnessProcess, WitnessProcess, WitnessProcess]> {
  return [await started(), await started(), await started()];
}

test("the first gets the lease, the second is told who has it and for how long, and gets it when it has run out", async () => {
  const witness = await started();
  const sent = Date.now();
  expect(await witness.ask(KEY, "east", 6)).toEqual({ status: 200, granted: true, renewed: false });
  await sleep(1500);
  const refused = await witness.ask(KEY, "west", 2);
  const most = (Date.now() - sent) / 1000;
  expect(refused).toMatchObject({ status: 409, granted: false, holder: "notary east" });
  expect(refused.seenSeconds).toBeGreaterThanOrEqual(1.4);
  expect(refused.seenSeconds).toBeLessThanOrEqual(most + 0.1);
  expect(refused.seconds).toBeGreaterThanOrEqual(6 - most - 0.1);
  expect(refused.seconds).toBeLessThanOrEqual(4.6);
  expect(await witness.ask(KEY, "east", 6)).toEqual({ status: 200, granted: true, renewed: true });
  await sleep(4700);
  // Counted from the renewal: by the first grant it would be over.
  expect((await witness.ask(KEY, "west", 2)).status).toBe(409);
  await sleep(1400);
  expect(await witness.ask(KEY, "west", 2)).toEqual({ status: 200, granted: true, renewed: false });
  expect((await witness.ask(KEY, "east", 2)).status).toBe(409);
});

test("keys have nothing to do with each other", async () => {
  const witness = await started();
  for (const n of [1, 2, 3]) expect((await witness.ask(keyOf(n), `notary${n}`, 30)).granted).toBe(true);
});

test("a lease that was given back is free; nobody gives back another's", async () => {
  const witness = await started();
  await witness.ask(KEY, "east", 30);
  expect(await witness.release(KEY, "west")).toEqual({ status: 200, released: false });
  expect((await witness.ask(KEY, "west", 30)).granted).toBe(false);
  expect(await witness.release(KEY, "east")).toEqual({ status: 200, released: true });
  expect(await witness.release(KEY, "east")).toEqual({ status: 200, released: false });
  expect((await witness.ask(KEY, "west", 30)).granted).toBe(true);
});

test("a call that was held up on its way undoes nothing that came later", async () => {
  const witness = await started();
  await witness.ask(KEY, "east", 30, 5);
  expect((await witness.release(KEY, "east", 4)).released).toBe(false);
  expect((await witness.ask(KEY, "west", 30)).granted).toBe(false);
  expect((await witness.release(KEY, "east", 6)).released).toBe(true);
  expect((await witness.ask(KEY, "east", 30, 5)).granted).toBe(false);
  expect((await witness.ask(KEY, "west", 30)).granted).toBe(true);
});

test("of 50 that ask three witnesses of one host at once, one gets the lease", async () => {
  const hosts = await threeOfOneHost();
  for (let key = 0; key < 8; key += 1) {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) => hosts[i % 3]?.ask(keyOf(key), `rival${i}`, 30)),
    );
    expect(answers.filter((answer) => answer?.status === 200)).toHaveLength(1);
    const losers = answers.filter((answer) => answer?.status === 409);
    expect(losers).toHaveLength(49);
    expect(new Set(losers.map((answer) => answer?.holder)).size).toBe(1);
  }
});

test("of 50 that ask at the moment in which a lease runs out, one gets it", async () => {
  const hosts = await threeOfOneHost();
  const isOver = (answers: readonly (Answer | undefined)[]) => answers.some((answer) => answer?.granted);
  for (let key = 0; key < 3; key += 1) {
    await hosts[0].ask(keyOf(key), "before", 0.3);
    for (let answers: (Answer | undefined)[] = []; !isOver(answers); ) {
      answers = await Promise.all(
        Array.from({ length: 50 }, (_, i) => hosts[i % 3]?.ask(keyOf(key), `rival${i}`, 30)),
      );
      expect(answers.filter((answer) => answer?.granted).length).toBeLessThanOrEqual(1);
    }
  }
});

test("witnesses that are killed in the middle lock nobody out, and nothing is granted twice", async () => {
  const hosts = await threeOfOneHost();
  const seconds = 0.4;
  const granted: { readonly instance: string; readonly from: number; readonly to: number }[] = [];
  const end = Date.now() + 6000;
  const holders = () => new Set(granted.map(({ instance }) => instance)).size;
  // On a busy machine a witness starts slowly: as long as it takes for the lease to change hands.
  const isOver = () => Date.now() > end && (holders() > 1 || Date.now() > end + 15_000);
  const rivals = Array.from({ length: 6 }, async (_, i) => {
    while (!isOver()) {
      const sent = Date.now();
      const answer = await hosts[i % 3]?.ask(KEY, `rival${i}`, seconds).catch(() => undefined);
      // What a holder may rely on.
      if (answer?.granted)
        granted.push({ instance: `rival${i}`, from: Date.now(), to: sent + seconds * 1000 });
      // Now and then one goes silent, so that the lease changes hands.
      await sleep(Math.random() < 0.2 ? 2 * seconds * 1000 : 5);
    }
  });
  const killer = (async () => {
    for (let n = 0; !isOver(); n += 1) {
      await sleep(100 + 200 * Math.random());
      const victim = hosts[n % 3];
      await victim?.end("SIGKILL");
      await victim?.start();
    }
  })();
  await Promise.all([...rivals, killer]);

  for (const one of granted)
    for (const other of granted)
      if (one.instance !== other.instance) expect(one.to <= other.from || other.to <= one.from).toBe(true);
  expect(holders()).toBeGreaterThan(1);
  await sleep(seconds * 1000);
  expect((await hosts[1].ask(KEY, "afterwards", 30)).granted).toBe(true);
});

test("one that is stopped for a while and goes on gives nobody what another has by then", async () => {
  const [first, second] = await threeOfOneHost();
  await first.ask(KEY, "east", 0.5);
  first.signal("SIGSTOP");
  const late = first.ask(KEY, "east", 30);
  await sleep(700);
  expect((await second.ask(KEY, "west", 30)).granted).toBe(true);
  first.signal("SIGCONT");
  expect((await late).granted).toBe(false);
});

test("each change is one line, a renewal none", async () => {
  const [first, second] = await threeOfOneHost();
  await first.ask(KEY, "east", 2);
  for (let i = 0; i < 10; i += 1) {
    await first.ask(KEY, "east", 2);
    await second.ask(KEY, "east", 2);
    await first.ask(KEY, "west", 2);
  }
  await sleep(2200);
  await first.ask(KEY, "west", 30);
  await first.ask(KEY, "east", 30);
  await first.release(KEY, "west");
  await until(() => first.lines.length >= 6);
  expect(first.lines.map((line) => line.replace(/\d+ s$/, "N s"))).toEqual([
    `witness: serves 127.0.0.1:${first.port}, keeps leases in ${directory}`,
    "02ababababab: granted to notary east",
    "02ababababab: refused to notary west while notary east holds it",
    "02ababababab: taken over by notary west after notary east was silent for N s",
    "02ababababab: refused to notary east while notary west holds it",
    "02ababababab: given back by notary west",
  ]);
  expect(second.lines).toHaveLength(1);
});

test("a witness that starts again knows who has the lease", async () => {
  const witness = await started();
  await witness.ask(KEY, "east", 30);
  await witness.end();
  await witness.start();
  expect((await witness.ask(KEY, "west", 30)).holder).toBe("notary east");
  expect(await witness.ask(KEY, "east", 30)).toMatchObject({ granted: true, renewed: true });
});

test.each<[string, unknown, string]>([
  ["no JSON", "{", "the body must be a JSON object"],
  ["a list", [], "the body must be a JSON object"],
  ["no instance", { holder: "x", seconds: 1 }, "instance must be text of one line, 1 to 200 characters"],
  ["a holder of two lines", { instance: "x", holder: "a\nb", seconds: 1 }, "holder must be text of one line"],
  ["no time", { instance: "x", holder: "y", seconds: 0 }, "seconds must be a number above 0, at most 3600"],
  [
    "for ever",
    { instance: "x", holder: "y", seconds: 1e9 },
    "seconds must be a number above 0, at most 3600",
  ],
  ["half a round", { instance: "x", holder: "y", seconds: 1, round: 0.5 }, "round must be a whole number"],
  ["too much", "x".repeat(100_000), "the body must be at most 4096 bytes long"],
])("a body that is wrong is 400 with the reason: %s", async (_name, body, reason) => {
  const witness = await started();
  const answer = await witness.call("POST", KEY, body);
  expect(answer.status).toBe(400);
  expect(answer.error).toContain(reason);
  expect(readdirSync(directory)).toEqual([]);
});

test("there are /healthz and the leases, and nothing else", async () => {
  const witness = await started();
  for (const path of ["/", "/lease/", "/lease/xyz", `/lease/${KEY}0`, `/lease/../${KEY}`, "/healthz/x"])
    expect((await fetch(`${witness.url}${path}`)).status).toBe(404);
  expect((await witness.call("PUT", KEY, {})).status).toBe(405);
  expect((await fetch(`${witness.url}/healthz`)).status).toBe(200);
  rmSync(directory, { recursive: true });
  expect((await fetch(`${witness.url}/healthz`)).status).toBe(500);
  expect((await witness.ask(KEY, "east", 30)).status).toBe(500);
});

test("SIGTERM ends it with 0", async () => {
  const witness = await started();
  expect(await witness.end("SIGTERM")).toBe(0);
});

test("a directory that it cannot write to ends it with 73 and says so", async () => {
  const witness = new WitnessProcess(join(directory, "absent"));
  witnesses.push(witness);
  await expect(Promise.race([witness.start(), sleep(3000, "still waiting")])).resolves.toBe("still waiting");
  expect(witness.output).toMatch(/^witness: uid \d+ cannot keep leases in .*absent: ENOENT/);
  expect(await witness.end("SIGTERM")).toBe(73);
});
