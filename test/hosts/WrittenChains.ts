import { setTimeout as sleep } from "node:timers/promises";
import type { EngineOf } from "../../dev/scenes/docker";
import { type Symbol as ChainSymbol, callDaemon, height, SYMBOLS } from "../../dev/scenes/notary";

/** At a time. In regtest, litecoind mines no block beyond the 431st without a wallet of a newer kind (MWEB). */
const BLOCKS = 2;
const MOST = 400;
/** Between two calls, so that all that is done to a notary stays below that. */
const PAUSE_MS = 1000;
/** A daemon that has just started loads for a while. */
const PATIENCE_MS = 60_000;

const CALL_MS = 15_000;

/** Heights that daemons have answered, by chain. */
export type Heights = Readonly<Record<string, number>>;

/** Has all daemons of a notary write blocks, and tells what they have lost of what they said that they have. */
export class WrittenChains {
  private readonly written = new Map<ChainSymbol, number>();
  private writing: Promise<unknown> = Promise.resolve();
  private isWriting = false;

  constructor(
    private readonly notary: string,
    private readonly at: EngineOf,
    private readonly addressOf: (symbol: ChainSymbol) => Promise<string>,
  ) {}

  /** Writes some blocks of each chain; their heights. */
  async write(): Promise<Heights> {
    const heights = await Promise.all(
      SYMBOLS.map(async (symbol): Promise<[string, number]> => {
        const address = await this.addressOf(symbol);
        await this.patiently(() => this.mine(symbol, address));
        return [symbol, Number(await height(this.notary, symbol, this.at))];
      }),
    );
    return Object.fromEntries(heights);
  }

  /** Begins to write without a pause, and resolves when each chain has written; their heights then. */
  async begin(): Promise<Heights> {
    const before = await this.write();
    if (Object.values(before).some((top) => top + BLOCKS > MOST))
      throw new Error("no more blocks can be written");
    this.isWriting = true;
    this.writing = Promise.all(
      SYMBOLS.map(async (symbol) => {
        const address = await this.addressOf(symbol);
        let top = before[symbol] ?? 0;
        while (this.isWriting && top < MOST) {
          // While it restarts there is nobody to ask.
          const mined = await this.mine(symbol, address).catch(() => undefined);
          await sleep(PAUSE_MS);
          if (mined === undefined) continue;
          // A daemon that is told to end in the middle answers with those that it has made.
          top += Array.isArray(mined) ? mined.length : 0;
          this.written.set(symbol, top);
        }
      }),
    );
    const deadline = Date.now() + PATIENCE_MS;
    while (this.written.size < SYMBOLS.length && Date.now() < deadline) await sleep(50);
    return before;
  }

  async stop(): Promise<void> {
    this.isWriting = false;
    await this.writing;
  }

  /** The chains that are lower than they were, or than they answered when they were written; asked until they answer. */
  async lost(before: Heights): Promise<string[]> {
    const answers = await Promise.all(
      SYMBOLS.map(async (symbol) => {
        const least = Math.max(before[symbol] ?? 0, this.written.get(symbol) ?? 0);
        const now = Number(await this.patiently(() => height(this.notary, symbol, this.at)));
        return now < least ? [`${symbol} fell from ${least} to ${now}`] : [];
      }),
    );
    return answers.flat();
  }

  private mine(symbol: ChainSymbol, address: string): Promise<unknown> {
    const mined = callDaemon(this.notary, symbol, "generatetoaddress", [BLOCKS, address], this.at);
    // The docker CLI waits for ever for a command in a container that is removed in that moment.
    return Promise.race([mined, sleep(CALL_MS).then(() => Promise.reject(new Error("no answer")))]);
  }

  private async patiently(call: () => Promise<unknown>): Promise<unknown> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      try {
        return await call();
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await sleep(300);
      }
    }
  }
}
