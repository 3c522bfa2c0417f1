import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createConnection, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { leaveFree, mountMemoryDisk, unmountMemoryDisk } from "../../../dev/standIns/memoryDisk";
import { connect } from "../../../runtime/transfer/connect";
import { Wire } from "../../../runtime/transfer/Wire";
import { freePort } from "../processes";
import { contents, fill, MIB, TransferUnderTest } from "./sides";

const MEBIBYTES = 32;
const INCOMING = ".dokomodo-incoming";

/** Moments of a pass, told by what is in the new volume. */
const MOMENTS: readonly (readonly [string, (to: string) => boolean])[] = [
  ["the volume is claimed", (to) => existsSync(join(to, INCOMING))],
  ["the first file is being written", (to) => sizeOf(join(to, INCOMING, "part")) > 0],
  ["the largest file is half written", (to) => sizeOf(join(to, INCOMING, "part")) > (MEBIBYTES * MIB) / 2],
  ["the largest file is in its place", (to) => sizeOf(join(to, "BEER/blocks/blk00000.dat")) > 0],
  ["almost all is there", (to) => filesIn(join(to, "BEER/odd")) > 4],
];

describe("a transfer whose sender or receiver is killed", () => {
  test.each(MOMENTS)(
    "when %s goes on with another one, and the other side waits for it",
    async (_, moment) => {
      for (const victim of ["sender", "receiver"] as const) {
        const moved = new TransferUnderTest();
        fill(moved.from, MEBIBYTES);
        let receiver = await moved.receiver();
        let sender = moved.sender();
        await reached(() => moment(moved.to));
        const killed = victim === "sender" ? sender : receiver;
        killed.child.kill("SIGKILL");
        await killed.ended();
        expect(existsSync(join(moved.to, INCOMING))).toBe(true);
        if (victim === "sender") sender = moved.sender();
        else receiver = await moved.receiver("last", moved.port);
        expect([await receiver.ended(), await sender.ended()]).toEqual([0, 0]);
        expect(contents(moved.to)).toEqual(contents(moved.from));
        expect(readdirSync(moved.to).filter((name) => name.startsWith(".dokomodo"))).toEqual([
          ".dokomodo-arrived",
        ]);
      }
    },
  );
});

test("a connection that is cut in the middle of a file is made again, and strangers get and cost nothing", async () => {
  const moved = new TransferUnderTest();
  fill(moved.from, MEBIBYTES);
  const receiver = await moved.receiver();
  const strangers = await Promise.all(Array.from({ length: 60 }, (_, index) => stranger(moved.port, index)));
  const relay = await Relay.start(moved.port);
  const realPort = moved.port;
  moved.port = relay.port;
  const sender = moved.sender();
  for (const share of [0.2, 0.5, 0.8]) {
    await reached(() => relay.bytes > share * MEBIBYTES * MIB);
    relay.cut();
    relay.bytes = 0;
  }
  expect([await receiver.ended(), await sender.ended()]).toEqual([0, 0]);
  expect(relay.connections).toBeGreaterThan(3);
  expect(contents(moved.to)).toEqual(contents(moved.from));
  expect(relay.seen.includes("wallet.dat")).toBe(false);
  for (const each of strangers) expect(each.heard).toBeLessThan(200);
  expect(realPort).not.toBe(relay.port);
});

test("who does not know the secret is kept out, whether he is silent, talks, or plays back what was said", async () => {
  const moved = new TransferUnderTest();
  fill(moved.from);
  const receiver = await moved.receiver();
  const silent = await stranger(moved.port, 0);
  await expect(connect("127.0.0.1", moved.port, "00".repeat(32))).rejects.toThrow();
  const relay = await Relay.start(moved.port);
  const socket = await connect("127.0.0.1", relay.port, moved.secret);
  await new Wire(socket, 5000).send({ alive: true });
  await sleep(200);
  socket.destroy();
  // The same bytes once more make no session.
  const before = receiver.text();
  const replay = createConnection({ host: "127.0.0.1", port: moved.port });
  replay.on("error", () => undefined);
  replay.resume();
  for (const chunk of relay.said) replay.write(chunk);
  await new Promise((resolve) => replay.once("close", resolve));
  expect(receiver.text()).toBe(before);
  await new Promise((resolve) => (silent.socket.closed ? resolve(0) : silent.socket.once("close", resolve)));
  expect(contents(moved.to)).toEqual({});
  const sender = moved.sender();
  expect([await receiver.ended(), await sender.ended()]).toEqual([0, 0]);
}, 40_000);

test.runIf(process.getuid?.() === 0)(
  "a full disk is told before anything is written, with what is missing, and the next one goes on",
  async () => {
    const moved = new TransferUnderTest();
    fill(moved.from, 40);
    await mountMemoryDisk(moved.to);
    onTestFinished(() => unmountMemoryDisk(moved.to));
    await leaveFree(moved.to, 30 * MIB);
    const { codes, text } = await moved.pass("last");
    expect(codes).toEqual([1, 1]);
    expect(text).toMatch(
      /There is no room in the volume east-beer-data of host beta: 31\.\d MB are free there, and 3\d\.\d MB are missing\. Make room on the disk of host beta\./,
    );
    expect(contents(moved.to)).toEqual({});
    // Somebody else fills the disk while it is written to.
    await leaveFree(moved.to, 80 * MIB);
    const receiver = await moved.receiver();
    const sender = moved.sender();
    await reached(() => sizeOf(join(moved.to, INCOMING, "part")) > 0);
    const filler = join(moved.to, "lost+found");
    expect(() => writeFileSync(filler, Buffer.alloc(200 * MIB))).toThrow(/ENOSPC/);
    expect([await receiver.ended(), await sender.ended()]).toEqual([1, 1]);
    expect(receiver.text()).toMatch(/There is no room in .*, and \d+\.\d MB are missing/);
    rmSync(filler);
    await leaveFree(moved.to, 200 * MIB);
    expect((await moved.pass("last")).codes).toEqual([0, 0]);
    expect(contents(moved.to)).toEqual(contents(moved.from));
  },
);

/** Waits for a moment that lasts for milliseconds only. */
async function reached(moment: () => boolean): Promise<void> {
  const end = Date.now() + 15_000;
  while (!moment()) {
    if (Date.now() > end) throw new Error("the moment did not come");
    await sleep(1);
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function filesIn(path: string): number {
  return existsSync(path) ? readdirSync(path).length : 0;
}

interface Stranger {
  readonly socket: Socket;
  heard: number;
}

/** Somebody who connects and says nothing, or nonsense, or HTTP. */
async function stranger(port: number, index: number): Promise<Stranger> {
  const socket = createConnection({ host: "127.0.0.1", port });
  const result: Stranger = { socket, heard: 0 };
  socket.on("error", () => undefined);
  socket.on("data", (chunk) => {
    result.heard += chunk.length;
  });
  await new Promise((resolve) => socket.once("connect", resolve));
  if (index % 3 === 1) socket.write(Buffer.alloc(100_000, index));
  if (index % 3 === 2) socket.write("GET / HTTP/1.1\r\n\r\n");
  onTestFinished(() => void socket.destroy());
  return result;
}

/** Stands between the two sides, and can cut what goes through it. */
class Relay {
  bytes = 0;
  connections = 0;
  readonly said: Buffer[] = [];
  private readonly open = new Set<Socket>();

  private constructor(
    readonly port: number,
    to: number,
  ) {
    const server = createServer((near) => {
      this.connections++;
      const far = createConnection({ host: "127.0.0.1", port: to });
      for (const socket of [near, far]) {
        this.open.add(socket);
        socket.on("error", () => undefined);
        socket.once("close", () => {
          near.destroy();
          far.destroy();
        });
      }
      near.on("data", (chunk: Buffer) => {
        this.bytes += chunk.length;
        this.said.push(chunk);
      });
      near.pipe(far);
      far.pipe(near);
    });
    server.listen(port, "127.0.0.1");
    onTestFinished(() => {
      server.close();
      this.cut();
    });
  }

  static async start(to: number): Promise<Relay> {
    return new Relay(await freePort(), to);
  }

  get seen(): Buffer {
    return Buffer.concat(this.said);
  }

  cut(): void {
    for (const socket of this.open) socket.destroy();
    this.open.clear();
  }
}
