import { createHash } from "node:crypto";
import { parseTransaction, type TransactionOutput, withOutputs } from "../../../runtime/agent/rawTransaction";

/** One output of the wallet. */
interface Held {
  readonly txid: string;
  readonly vout: number;
  readonly value: number;
  readonly script: string;
  confirmations: number;
  isLocked: boolean;
}

/** The script of the stand-in's address. */
export const ADDRESS_SCRIPT = `76a914${"cd".repeat(20)}88ac`;
/** Version, and group id in Zcash's form; lock time, and what Zcash's form has after it. */
const FORMS = {
  old: { head: "0400008085202f89", tail: `${"00".repeat(4)}ff${"00".repeat(3)}${"00".repeat(11)}` },
  new: { head: "02000000", tail: "00".repeat(4) },
};

/** What a daemon's wallet knows of the outputs of one address, and the calls about them. */
export class CoinLedger {
  /** Calls that the daemon does not have. */
  readonly unknown = new Set<string>();
  relayFee = 0.00001;
  /** The raw transactions that were sent. */
  readonly sent: string[] = [];
  private held: Held[] = [];
  private transactions = 0;

  constructor(private readonly dialect: "old" | "new") {}

  /** Outputs of one transaction that somebody sent. */
  receive(outputs: readonly TransactionOutput[], confirmations = 1): void {
    this.transactions += 1;
    const txid = createHash("sha256").update(`received ${this.transactions}`).digest("hex");
    this.add(txid, outputs, confirmations);
  }

  /** Puts everything into one more block. */
  confirm(): void {
    for (const held of this.held) held.confirmations += 1;
  }

  /** All unspent outputs with this script. */
  with(script: string): readonly Held[] {
    return this.held.filter((held) => held.script === script);
  }

  /** Spends outputs with this script that are not locked. */
  spend(script: string, count: number): void {
    const spent = this.with(script)
      .filter(({ isLocked }) => !isLocked)
      .slice(0, count);
    this.held = this.held.filter((held) => !spent.includes(held));
  }

  /** Locks an output with this script, as Iguana does for a round. */
  lock(script: string): void {
    const free = this.with(script).find(({ isLocked }) => !isLocked);
    if (free === undefined) throw new Error("nothing to lock");
    free.isLocked = true;
  }

  get locked(): number {
    return this.held.filter(({ isLocked }) => isLocked).length;
  }

  /** The result of a call; undefined for a call that the daemon does not have. */
  answer(method: string, params: unknown): unknown {
    const [first, second] = Array.isArray(params) ? params : [];
    if (this.unknown.has(method)) return undefined;
    switch (method) {
      case "getnetworkinfo":
        return { relayfee: this.relayFee };
      case "listlockunspent":
        return this.held.filter(({ isLocked }) => isLocked).map(({ txid, vout }) => ({ txid, vout }));
      case "lockunspent":
        for (const { txid, vout } of second) {
          const found = this.find(txid, vout);
          if (found !== undefined) found.isLocked = first !== true;
        }
        return true;
      case "gettxout": {
        const found = this.find(first, second);
        return found === undefined ? null : { value: found.value / 1e8, scriptPubKey: { hex: found.script } };
      }
      case "listunspent":
        return this.held
          .filter(({ isLocked, confirmations }) => !isLocked && confirmations >= first)
          .map(({ txid, vout, value, script, confirmations }) => ({
            ...{ txid, vout, confirmations, amount: value / 1e8, scriptPubKey: script, spendable: true },
          }));
      case "createrawtransaction":
        return this.create(first, Object.values(Object(second)).map(Number));
      case "signrawtransaction":
        return this.dialect === "old" ? { hex: first, complete: true } : undefined;
      case "signrawtransactionwithwallet":
        return this.dialect === "new" ? { hex: first, complete: true } : undefined;
      case "sendrawtransaction":
        return this.send(first);
      default:
        return undefined;
    }
  }

  private find(txid: unknown, vout: unknown): Held | undefined {
    return this.held.find((held) => held.txid === txid && held.vout === vout);
  }

  private add(txid: string, outputs: readonly TransactionOutput[], confirmations: number): void {
    for (const [vout, output] of outputs.entries())
      this.held.push({ txid, vout, ...output, confirmations, isLocked: false });
  }

  private create(inputs: readonly { txid: string; vout: number }[], amounts: readonly number[]): string {
    const { head, tail } = FORMS[this.dialect];
    const texts = inputs.map(({ txid, vout }) => {
      const index = Buffer.alloc(4);
      index.writeUInt32LE(vout);
      return `${Buffer.from(txid, "hex").reverse().toString("hex")}${index.toString("hex")}00ffffffff`;
    });
    const count = Buffer.of(inputs.length).toString("hex");
    const outputs = amounts.map((amount) => ({ value: Math.round(amount * 1e8), script: ADDRESS_SCRIPT }));
    return withOutputs({ head: [head, count, ...texts].join(""), inputs: 0, outputs: [], tail }, outputs);
  }

  private send(hex: string): string {
    const { head, inputs, outputs } = parseTransaction(hex);
    const start = head.length - inputs * 82;
    const spent = Array.from({ length: inputs }, (_, i) => head.slice(start + i * 82, start + (i + 1) * 82));
    for (const input of spent) {
      const txid = Buffer.from(input.slice(0, 64), "hex").reverse().toString("hex");
      const found = this.find(txid, Buffer.from(input.slice(64, 72), "hex").readUInt32LE());
      if (found === undefined) throw new Error("an input is unknown or spent");
      this.held = this.held.filter((held) => held !== found);
    }
    this.sent.push(hex);
    const txid = createHash("sha256").update(hex).digest("hex");
    this.add(txid, outputs, 0);
    return txid;
  }
}
