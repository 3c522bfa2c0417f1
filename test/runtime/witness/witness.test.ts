import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { until } from "../processes";
import { type Answer, WitnessProcess } from "./WitnessProcess";

const KEY = `02${"ab".repeat(32)}`;
const OTHER_KEY = `03${"cd".repeat(32)}`;

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

async function started(key = KEY, before: readonly string[] = []): Promise<WitnessProcess> {
  const witness = new WitnessProcess(directory, key, before);
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
  expect(await witness.ask("east", 6)).toEqual({ status: 200, granted: true, renewed: false });
  await sleep(1500);
  const refused = await witness.ask("west", 2);
  const most = (Date.now() - sent) / 1000;
  expect(refused).toMatchObject({ status: 409, granted: false, holder: "notary east" });
  expect(refused.seenSeconds).toBeGreaterThanOrEqual(1.4);
  expect(refused.seenSeconds).toBeLessThanOrEqual(most + 0.1);
  expect(refused.seconds).toBeGreaterThanOrEqual(6 - most - 0.1);
  expect(refused.seconds).toBeLessThanOrEqual(4.6);
  expect(await witness.ask("east", 6)).toEqual({ status: 200, granted: true, renewed: true });
  await sleep(4700);
  // Counted from the renewal: by the first grant it would be over.
  expect((await witness.ask("west", 2)).status).toBe(409);
  await sleep(1400);
  expect(await witness.ask("west", 2)).toEqual({ status: 200, granted: true, renewed: false });
  expect((await witness.ask("east", 2)).status).toBe(409);
});

test("a witness is for one key, refuses any other, and leaves the files of others alone", async () => {
  const [east, west] = [await started(KEY), await started(OTHER_KEY)];
  expect((await east.ask("east", 30)).granted).toBe(true);
  const before = readdirSync(directory).filter((name) => name.includes(KEY));
  expect((await west.ask("west", 30)).granted).toBe(true);
  for (const method of ["POST", "DELETE"]) {
    const body = { instance: "west", holder: "notary west", seconds: 30 };
    expect(await west.call(method, KEY, body)).toEqual({
      status: 403,
      error: `this witness is for the public key ${OTHER_KEY} alone`,
    });
  }
  expect(readdirSync(directory).filter((name) => name.includes(KEY))).toEqual(before);
});

test("a lease that was given back is free; nobody gives back another's", async () => {
  const witness = await started();
  await witness.ask("east", 30);
  expect(await witness.release("west")).toEqual({ status: 200, released: false });
  expect((await witness.ask("west", 30)).granted).toBe(false);
  expect(await witness.release("east")).toEqual({ status: 200, released: true });
  expect(await witness.release("east")).toEqual({ status: 200, released: false });
  expect((await witness.ask("west", 30)).granted).toBe(true);
});

test("a call that was held up on its way undoes nothing that came later", async () => {
  const witness = await started();
  await witness.ask("east", 30, 5);
  expect((await witness.release("east", 4)).released).toBe(false);
  expect((await witness.ask("west", 30)).granted).toBe(false);
  expect((await witness.release("east", 6)).released).toBe(true);
  expect((await witness.ask("east", 30, 5)).granted).toBe(false);
  expect((await witness.ask("west", 30)).granted).toBe(true);
});

test("of 50 that ask three witnesses of one host at once, one gets the lease", async () => {
  const hosts = await threeOfOneHost();
  for (let turn = 0; turn < 8; turn += 1) {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) => hosts[i % 3]?.ask(`rival${i}`, 30)),
    );
    expect(answers.filter((answer) => answer?.status === 200)).toHaveLength(1);
    const losers = answers.filter((answer) => answer?.status === 409);
    expect(losers).toHaveLength(49);
    expect(new Set(losers.map((answer) => answer?.holder)).size).toBe(1);
    await hosts[0].release(`rival${answers.findIndex((answer) => answer?.granted)}`);
  }
});

test("of 50 that ask at the moment in which a lease runs out, one gets it", async () => {
  const hosts = await threeOfOneHost();
  const isOver = (answers: readonly (Answer | undefined)[]) => answers.some((answer) => answer?.granted);
  for (let turn = 0; turn < 3; turn += 1) {
    expect((await hosts[0].ask("before", 0.3)).granted).toBe(true);
    for (let answers: (Answer | undefined)[] = []; !isOver(answers); ) {
      answers = await Promise.all(Array.from({ length: 50 }, (_, i) => hosts[i % 3]?.ask(`rival${i}`, 30)));
      expect(answers.filter((answer) => answer?.granted).length).toBeLessThanOrEqual(1);
      await hosts[0].release(`rival${answers.findIndex((answer) => answer?.granted)}`);
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
      const answer = await hosts[i % 3]?.ask(`rival${i}`, seconds).catch(() => undefined);
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
  expect((await hosts[1].ask("afterwards", 30)).granted).toBe(true);
});

test("one that is stopped for a while and goes on gives nobody what another has by then", async () => {
  const [first, second] = await threeOfOneHost();
  await first.ask("east", 0.5);
  first.signal("SIGSTOP");
  const late = first.ask("east", 30);
  await sleep(700);
  expect((await second.ask("west", 30)).granted).toBe(true);
  first.signal("SIGCONT");
  expect((await late).granted).toBe(false);
});

test("each change is one line, a renewal none", async () => {
  const [first, second] = await threeOfOneHost();
  await first.ask("east", 2);
  for (let i = 0; i < 10; i += 1) {
    await first.ask("east", 2);
    await second.ask("east", 2);
    await first.ask("west", 2);
  }
  await sleep(2200);
  await first.ask("west", 30);
  await first.ask("east", 30);
  await first.release("west");
  await until(() => first.lines.length >= 6);
  expect(first.lines.map((line) => line.replace(/\d+ s$/, "N s"))).toEqual([
    `witness: serves 127.0.0.1:${first.port}, keeps the lease of 02ababababab in ${directory}`,
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
  await witness.ask("east", 30);
  await witness.end();
  await witness.start();
  expect((await witness.ask("west", 30)).holder).toBe("notary east");
  expect(await witness.ask("east", 30)).toMatchObject({ granted: true, renewed: true });
});

test.each<[string, unknown, string]>([
  ["no JSON", "{", "the body must be a JSON object"],
  ["a list", [], "the body must be a JSON object"],
  ["no instance", { holder: "x", seconds: 1 }, "instance must be text of one line, 1 to 200 characters"],
  ["a holder of two lines", { instance: "x", holder: "a\nb", seconds: 1 }, "holder must be text of one line"],
  ["no time", { instance: "x", holder: "y", seconds: 0 }, "seconds must be a number above 0, at most 60"],
  [
    "longer than a lease lasts",
    { instance: "x", holder: "y", seconds: 61 },
    "seconds must be a number above 0, at most 60",
  ],
  ["half a round", { instance: "x", holder: "y", seconds: 1, round: 0.5 }, "round must be a whole number"],
  ["too much", "x".repeat(100_000), "the body must be at most 4096 bytes long"],
])("a body that is wrong is 400 with the reason: %s", async (_name, body, reason) => {
  const witness = await started();
  const answer = await witness.call("POST", KEY, body);
  expect(answer.status).toBe(400);
  expect(answer.error).toContain(reason);
  expect(readdirSync(directory).filter((name) => !name.startsWith(".spare."))).toEqual([]);
});

test("there are /healthz and the leases, and nothing else", async () => {
  const witness = await started();
  for (const path of ["/", "/lease/", "/lease/xyz", `/lease/${KEY}0`, `/lease/../${KEY}`, "/healthz/x"])
    expect((await fetch(`${witness.url}${path}`)).status).toBe(404);
  expect((await witness.call("PUT", KEY, {})).status).toBe(405);
  expect((await fetch(`${witness.url}/healthz`)).status).toBe(200);
  rmSync(directory, { recursive: true });
  expect((await fetch(`${witness.url}/healthz`)).status).toBe(500);
  expect((await witness.ask("east", 30)).status).toBe(500);
});

/** A file system of its own for the witness, of as many bytes, which is gone with it. */
function smallDisk(bytes: number): readonly string[] {
  const script = `mount -t tmpfs -o size=${bytes},mode=1777 none "$1" && shift && exec "$@"`;
  return ["unshare", "--map-root-user", "--mount", "/bin/sh", "-c", script, "sh", directory];
}

/** Takes all that is left of the disk that the witness sees at its folder. */
function fillDisk({ pid }: WitnessProcess): void {
  const file = openSync(`/proc/${pid}/root${directory}/fills-the-disk`, "w");
  try {
    for (const bytes of [4096, 1]) for (;;) if (writeUntilFull(file, bytes)) break;
  } finally {
    closeSync(file);
  }
}

function writeUntilFull(file: number, bytes: number): boolean {
  try {
    return writeSync(file, Buffer.alloc(bytes)) === 0;
  } catch (failure) {
    expect(failure).toMatchObject({ code: "ENOSPC" });
    return true;
  }
}

test("a full disk keeps nobody from renewing, and a lease that runs out there goes to the next", async () => {
  const witness = await started(KEY, smallDisk(256 * 1024));
  expect((await witness.ask("east", 1)).granted).toBe(true);
  fillDisk(witness);
  // More than there are in a minute, after which the first of their files are written anew.
  for (let i = 0; i < 15; i += 1)
    expect(await witness.ask("east", 1)).toEqual({ status: 200, granted: true, renewed: true });
  expect((await witness.ask("west", 30)).holder).toBe("notary east");
  await sleep(1100);
  expect(await witness.ask("west", 30)).toMatchObject({ granted: true, renewed: false });
  expect(await witness.release("west")).toEqual({ status: 200, released: true });
});

test("on a disk that is full from the start nothing is granted, and why is said", async () => {
  const witness = await started(KEY, smallDisk(4096));
  const answer = await witness.ask("east", 30);
  expect(answer).toMatchObject({ status: 500, error: expect.stringContaining("ENOSPC") });
  expect(witness.output).toMatch(/witness: is not prepared for a full disk: ENOSPC/);
});

test("SIGTERM ends it with 0", async () => {
  const witness = await started();
  expect(await witness.end("SIGTERM")).toBe(0);
});

test("a directory that it cannot write to ends it with 73 and says so", async () => {
  const witness = new WitnessProcess(join(directory, "absent"), KEY);
  witnesses.push(witness);
  await expect(Promise.race([witness.start(), sleep(3000, "still waiting")])).resolves.toBe("still waiting");
  expect(witness.output).toMatch(/^witness: uid \d+ cannot keep leases in .*absent: ENOENT/);
  expect(await witness.end("SIGTERM")).toBe(73);
});
