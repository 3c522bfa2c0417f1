import { createServer, type Server } from "node:http";
import { afterEach, expect, test } from "vitest";
import { Lease } from "../../../runtime/lease/Lease";
import { LEASE_TIMES } from "../../../runtime/lease/rules";
import { WitnessClient } from "../../../runtime/lease/WitnessClient";
import { PUBLIC_KEY } from "../agent/notaryUnderTest";
import { freePort } from "../processes";

const clock = {
  bootId: "boot",
  now: 100,
  seconds(): number {
    return this.now;
  },
};
let server: Server | undefined;
afterEach(() => server?.close());

/** A lease of one witness, that answers with `status` after so many seconds of the clock. */
async function leaseOf(status: () => number, takes: number): Promise<Lease> {
  server = createServer((_request, response) => {
    clock.now += takes;
    response.writeHead(status()).end(JSON.stringify({ granted: status() === 200, holder: "notary west" }));
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server?.listen(port, "127.0.0.1", resolve));
  const { answerWithin } = LEASE_TIMES;
  const witness = new WitnessClient({ name: "alpha", port, publicKey: PUBLIC_KEY, answerWithin });
  const own = { holder: "notary east", instance: "east" };
  return new Lease({ lessors: [witness], ...own, times: LEASE_TIMES, clock });
}

test("a lease is relied on for 20 s from before it was asked for, not from the answer", async () => {
  const lease = await leaseOf(() => 200, 1.5);
  const asked = clock.now;
  expect(lease.isHeld).toBe(false);
  expect(await lease.ask()).toBe("won");
  clock.now = asked + 19.9;
  expect(lease.isHeld).toBe(true);
  clock.now = asked + 20;
  expect(lease.isHeld).toBe(false);
});

test("a renewal that fails takes nothing away until then", async () => {
  let status = 200;
  const lease = await leaseOf(() => status, 0);
  const asked = clock.now;
  await lease.ask();
  status = 503;
  clock.now = asked + 10;
  expect(await lease.ask()).toBe("short");
  expect(lease.isHeld).toBe(true);
  clock.now = asked + 20;
  expect(lease.isHeld).toBe(false);
});

test("one that is told that another has it has it no more", async () => {
  let status = 200;
  const lease = await leaseOf(() => status, 0);
  await lease.ask();
  status = 409;
  expect(await lease.ask()).toBe("refused");
  expect(lease.isHeld).toBe(false);
});

test("an answer that comes after all of that time is worth nothing", async () => {
  const lease = await leaseOf(() => 200, 21);
  await lease.ask();
  expect(lease.isHeld).toBe(false);
});
