import { setTimeout as sleep } from "node:timers/promises";
import type { EngineOf } from "../../dev/scenes/docker";
import { type Symbol as ChainSymbol, callDaemon, height, SYMBOLS } from "../../dev/scenes/notary";

/** Blocks that one call mines. */
const BLOCKS = 2;
/** The most blocks of a chain. In regtest, litecoind mines only 431 blocks unless its wallet supports MWEB. */
const MOST = 400;
/** Pause between two calls, so that the chains stay below MOST during a whole test file. */
const PAUSE_MS = 1000;
/** How long a daemon may load after its start. */
const PATIENCE_MS = 60_000;

const CALL_MS = 15_000;

/** Heights that daemons have answered, keyed by symbol. */
export type Heights = Readonly<Record<string, number>>;

/** Makes all daemons of a notary write blocks, and finds out which confirmed blocks they have lost. */
export class WrittenChains {
  private readonly written = new Map<ChainSymbol, number>();
  private writing: Promise<unknown> = Promise.resolve();
  private isWriting = false;

  constructor(
    private readonly notary: string,
    private readonly at: EngineOf,
    private readonly addressOf: (symbol: ChainSymbol) => Promise<string>,
  ) {}

  /** Writes some blocks of each chain and returns the chains' heights. */
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

  /** Begins to write again and again. Resolves when each chain has written, with the heights before that. */
  async begin(): Promise<Heights> {
    const before = await this.write();
    if (Object.values(before).some((top) => top + BLOCKS > MOST))
      throw new Error(
        `A chain has almost ${MOST} blocks, the most that these tests may write: ${JSON.stringify(before)}`,
      );
    this.isWriting = true;
    this.writing = Promise.all(
      SYMBOLS.map(async (symbol) => {
        const address = await this.addressOf(symbol);
        let top = before[symbol] ?? 0;
        while (this.isWriting && top < MOST) {
          // A call fails while the daemon restarts. Then it is tried again.
          const mined = await this.mine(symbol, address).catch(() => undefined);
          await sleep(PAUSE_MS);
          if (mined === undefined) continue;
          // A daemon that gets SIGTERM during the call answers with the blocks that it has made until then.
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

  /** Lists the chains whose height is below `before` or below the height that was last confirmed. */
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
    // The docker CLI waits for ever when the container is removed while a command starts in it.
    return Promise.race([
      mined,
      sleep(CALL_MS).then(() => Promise.reject(new Error(`${symbol}: no answer after ${CALL_MS} ms`))),
    ]);
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
