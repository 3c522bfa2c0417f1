/** One output of a transaction. */
export interface TransactionOutput {
  /** In satoshi. */
  readonly value: number;
  /** In hex. */
  readonly script: string;
}

/** A raw transaction, taken apart as far as its outputs can be exchanged. */
export interface RawTransaction {
  /** Version and inputs, in hex. */
  readonly head: string;
  readonly inputs: number;
  readonly outputs: readonly TransactionOutput[];
  /** What follows the outputs, in hex: the lock time, and what Zcash's transactions have after it. */
  readonly tail: string;
}

/** The bit of the version by which Zcash marks that a group id follows (docs/internals/domain.md, raw transactions). */
const OVERWINTERED = 0x80000000;
const TRANSACTION_ID_BYTES = 32;

/**
 * Takes a raw transaction without witnesses apart: one of Bitcoin's form, or of Zcash's. Throws where it cannot be one.
 */
export function parseTransaction(hex: string): RawTransaction {
  const reader = new Reader(hex);
  const version = reader.uint32();
  if (version >= OVERWINTERED) reader.skip(4);
  const inputs = reader.compactSize();
  for (let i = 0; i < inputs; i += 1) {
    reader.skip(TRANSACTION_ID_BYTES + 4);
    reader.skip(reader.compactSize());
    reader.skip(4);
  }
  const head = hex.slice(0, reader.position * 2);
  const count = reader.compactSize();
  const outputs: TransactionOutput[] = [];
  for (let i = 0; i < count; i += 1) {
    const value = reader.uint64();
    outputs.push({ value, script: reader.hex(reader.compactSize()) });
  }
  return { head, inputs, outputs, tail: hex.slice(reader.position * 2) };
}

/** The transaction in hex, with these outputs instead of its own. */
export function withOutputs({ head, tail }: RawTransaction, outputs: readonly TransactionOutput[]): string {
  const texts = outputs.map(({ value, script }) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt(value));
    return `${bytes.toString("hex")}${compactSize(script.length / 2)}${script}`;
  });
  return [head, compactSize(outputs.length), ...texts, tail].join("");
}

function compactSize(size: number): string {
  if (size < 0xfd) return Buffer.of(size).toString("hex");
  const bytes = Buffer.alloc(3, 0xfd);
  bytes.writeUInt16LE(size, 1);
  return bytes.toString("hex");
}

/** Reads numbers as they are written in transactions: the lowest byte first. */
class Reader {
  position = 0;
  private readonly bytes: Buffer;

  constructor(hex: string) {
    this.bytes = Buffer.from(hex, "hex");
    if (this.bytes.length * 2 !== hex.length) throw notOne();
  }

  skip(length: number): number {
    const start = this.position;
    this.position += length;
    if (this.position > this.bytes.length) throw notOne();
    return start;
  }

  uint32(): number {
    return this.bytes.readUInt32LE(this.skip(4));
  }

  uint64(): number {
    return Number(this.bytes.readBigUInt64LE(this.skip(8)));
  }

  hex(length: number): string {
    const start = this.skip(length);
    return this.bytes.toString("hex", start, this.position);
  }

  compactSize(): number {
    const first = this.bytes.readUInt8(this.skip(1));
    if (first < 0xfd) return first;
    if (first === 0xfd) return this.bytes.readUInt16LE(this.skip(2));
    if (first === 0xfe) return this.uint32();
    throw notOne();
  }
}

function notOne(): Error {
  return new Error("the daemon answered with what is not a raw transaction");
}
