import type { Duplex } from "node:stream";
import { isObject, parseJson } from "../json";
import { ConnectionLost, TransferFailure } from "./failures";

/** What goes over the connection: an object, or bytes of the file that was announced last. */
export type Message = { readonly object: Readonly<Record<string, unknown>> } | { readonly bytes: Buffer };

/** The kind of a frame and the length of its content, 4 bytes, come before the content. */
const HEAD = 5;
const OBJECT = 1;
const BYTES = 2;
/** The longest content of a frame. */
const LONGEST = 2 ** 20;
const ALIVE_MILLISECONDS = 3000;
/** How long the last words may take to be sent. */
const END_MILLISECONDS = 1000;
/** Messages that may wait to be read. */
const MOST_ARRIVED = 1000;

/**
 * Messages over a connection, in both directions. It gives signs of life, and breaks off if the other side gives none.
 * `{ failed: words }` of the other side is thrown as a TransferFailure.
 */
export class Wire {
  private readonly arrived: Message[] = [];
  private arrivedBytes = 0;
  private rest = Buffer.alloc(0);
  private failure: Error | undefined;
  private isEnding = false;
  private wake: () => void = () => undefined;
  private readonly pulse: NodeJS.Timeout;
  private silence: NodeJS.Timeout | undefined;

  /** @param patience milliseconds of silence after which the other side counts as gone */
  constructor(
    private readonly stream: Duplex,
    private readonly patience: number,
  ) {
    this.pulse = setInterval(() => {
      if (stream.writableLength < LONGEST) stream.write(frameOf(OBJECT, ALIVE));
    }, ALIVE_MILLISECONDS);
    stream.on("error", (error) => this.fail(new ConnectionLost(error.message)));
    stream.once("end", () => this.fail(new ConnectionLost("the other side closed the connection")));
    stream.once("close", () => {
      clearInterval(this.pulse);
      clearTimeout(this.silence);
      this.fail(new ConnectionLost("the connection was closed"));
    });
    stream.on("data", (chunk: Buffer) => this.hear(chunk));
    this.listen();
  }

  /** Sends an object, and waits while the connection is behind. */
  send(object: Readonly<Record<string, unknown>>): Promise<void> {
    return this.write(frameOf(OBJECT, Buffer.from(JSON.stringify(object))));
  }

  /** Sends bytes of a file: at most 1 MiB. */
  sendBytes(bytes: Buffer): Promise<void> {
    return this.write(frameOf(BYTES, bytes));
  }

  /** The next message. What arrived before the connection was lost is still given. */
  async next(): Promise<Message> {
    for (;;) {
      const message = this.arrived.shift();
      if (message !== undefined) {
        if ("bytes" in message) this.arrivedBytes -= message.bytes.length;
        if (this.arrived.length < MOST_ARRIVED && this.arrivedBytes < LONGEST) this.listen();
        return message;
      }
      if (this.failure !== undefined) throw this.failure;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  async object(): Promise<Readonly<Record<string, unknown>>> {
    const message = await this.next();
    if ("object" in message) return message.object;
    throw new TransferFailure("The other side sent bytes that belong to no file.");
  }

  /** Tells the other side why it ends, and closes. */
  async end(failed?: string): Promise<void> {
    // Nothing is read any more, and the other side must not wait for it before it hears this.
    this.isEnding = true;
    this.stream.resume();
    if (failed !== undefined) await this.send({ failed }).catch(() => undefined);
    await new Promise<void>((resolve) => {
      if (this.stream.closed) return resolve();
      this.stream.once("close", () => resolve());
      this.stream.end();
      setTimeout(() => this.stream.destroy(), END_MILLISECONDS).unref();
    });
  }

  destroy(): void {
    this.stream.destroy();
  }

  private async write(frame: Buffer): Promise<void> {
    if (this.stream.destroyed) throw this.failure ?? new ConnectionLost("the connection is gone");
    if (this.stream.write(frame)) return;
    await new Promise<void>((resolve, reject) => {
      const onDrain = () => {
        this.stream.off("close", onClose);
        resolve();
      };
      const onClose = () => {
        this.stream.off("drain", onDrain);
        reject(this.failure ?? new ConnectionLost("the connection is gone"));
      };
      this.stream.once("drain", onDrain);
      this.stream.once("close", onClose);
    });
  }

  /** Reads on. While nothing is read, because enough has arrived, silence says nothing. */
  private listen(): void {
    clearTimeout(this.silence);
    if (this.stream.destroyed || this.failure !== undefined) return;
    this.stream.resume();
    this.silence = setTimeout(() => this.stream.destroy(), this.patience);
  }

  private hear(chunk: Buffer): void {
    if (this.isEnding) return;
    this.listen();
    let all = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    while (all.length >= HEAD) {
      const size = all.readUInt32BE(1);
      if (size > LONGEST) {
        this.fail(new TransferFailure("The other side sent a message that is too long."));
        this.stream.destroy();
        return;
      }
      if (all.length < HEAD + size) break;
      this.accept(all[0], all.subarray(HEAD, HEAD + size));
      all = all.subarray(HEAD + size);
    }
    this.rest = Buffer.from(all);
    if (this.arrived.length < MOST_ARRIVED && this.arrivedBytes < LONGEST) return;
    this.stream.pause();
    clearTimeout(this.silence);
  }

  private accept(kind: number | undefined, content: Buffer): void {
    const message = messageOf(kind, content);
    if (message === undefined) {
      this.fail(new TransferFailure("The other side sent a message that is none."));
      return;
    }
    if ("object" in message) {
      const { alive, failed } = message.object;
      if (alive === true) return;
      // It is also told to who sends at this moment, and does not read.
      if (typeof failed === "string") {
        this.fail(new TransferFailure(failed));
        this.stream.destroy();
        return;
      }
    }
    if ("bytes" in message) this.arrivedBytes += content.length;
    this.arrived.push(message);
    this.wake();
  }

  private fail(error: Error): void {
    this.failure ??= error;
    this.wake();
  }
}

const ALIVE = Buffer.from('{"alive":true}');

function frameOf(kind: number, content: Buffer): Buffer {
  const head = Buffer.alloc(HEAD);
  head[0] = kind;
  head.writeUInt32BE(content.length, 1);
  return Buffer.concat([head, content]);
}

function messageOf(kind: number | undefined, content: Buffer): Message | undefined {
  if (kind === BYTES) return { bytes: content };
  const object = kind === OBJECT ? parseJson(content.toString()) : undefined;
  return isObject(object) ? { object } : undefined;
}
