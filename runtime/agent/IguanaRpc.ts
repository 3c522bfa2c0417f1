import { isObject } from "../json";
import { IguanaRefusal, NotYet } from "./failures";
import { exchange } from "./iguanaHttp";
import type { AgentCoin, CoinSecrets } from "./plan";

const TIMEOUT_MILLISECONDS = 30_000;
/** What operators give; Iguana answers 3600 whatever it is told. */
const UNLOCK_SECONDS = 9_999_999;
/** The height that Iguana answers where it could not reach the chain. */
const NO_HEIGHT = 2 ** 30;

/**
 * Iguana's RPC. It serves one connection at a time, and a call that needs a chain holds up all others, so calls
 * queue here, where waiting does not count as Iguana not answering.
 */
export class IguanaRpc {
  private queue: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly port: number,
    /** Asked right before a call that brings Iguana up is sent: why it may not be, or undefined. */
    private readonly refusal: () => string | undefined = () => undefined,
  ) {}

  /** The addresses of the notaries that Iguana knows; none right after it started. */
  async knownNotaries(): Promise<readonly unknown[]> {
    const answer = await this.question({ agent: "dpow", method: "ipaddrs" });
    if (!Array.isArray(answer)) throw new IguanaRefusal("dpow/ipaddrs answers no list");
    return answer;
  }

  /** Answers the address that Iguana has, which is the first that it was ever told. */
  async setAddress(ipaddr: string): Promise<unknown> {
    return this.result({ agent: "SuperNET", method: "myipaddr", ipaddr });
  }

  async addNotary(ipaddr: string): Promise<void> {
    await this.result({ agent: "iguana", method: "addnotary", ipaddr });
  }

  /** Whether the coin is new to Iguana. */
  async addCoin(coin: AgentCoin, { rpcUser, rpcPassword }: CoinSecrets): Promise<boolean> {
    const answer = await this.result({
      ...coin.addcoin,
      agent: "iguana",
      method: "addcoin",
      newcoin: coin.symbol,
      userpass: `${rpcUser}:${rpcPassword}`,
    });
    return answer !== "coin already there";
  }

  /** The public key of the passphrase, where Iguana tells it. */
  async unlock(passphrase: string): Promise<unknown> {
    const answer = await this.command({ method: "walletpassphrase", params: [passphrase, UNLOCK_SECONDS] });
    return isObject(answer) ? answer["btcpubkey"] : undefined;
  }

  /** Whether it was not notarised before; throws IguanaRefusal where Iguana will not. */
  async startDpow(symbol: string, dest: string, pubkey: string, freq: number): Promise<boolean> {
    try {
      await this.command({ agent: "iguana", method: "dpow", symbol, dest, pubkey, freq });
      return true;
    } catch (failure) {
      if (failure instanceof IguanaRefusal && failure.message.includes("same coin again")) return false;
      throw failure;
    }
  }

  /**
   * The height of a coin's chain as Iguana sees it: undefined where Iguana does not know the coin, null where it
   * does not reach the chain.
   */
  async height(symbol: string): Promise<number | null | undefined> {
    try {
      const answer = await this.question({ agent: "dpow", method: "notarizations", symbol });
      const height = isObject(answer) ? answer["maxheight"] : undefined;
      return typeof height === "number" && height !== NO_HEIGHT ? height : null;
    } catch (failure) {
      if (failure instanceof IguanaRefusal && failure.message.includes("cant find coin")) return undefined;
      throw failure;
    }
  }

  private async result(request: object): Promise<unknown> {
    const answer = await this.command(request);
    return isObject(answer) ? answer["result"] : undefined;
  }

  private question(request: object): Promise<unknown> {
    return this.call(request, () => undefined);
  }

  private command(request: object): Promise<unknown> {
    return this.call(request, this.refusal);
  }

  private call(request: object, refusal: () => string | undefined): Promise<unknown> {
    const turn = this.queue.then(async () => {
      const refused = refusal();
      if (refused !== undefined) throw new NotYet("waiting-for-iguana", refused);
      const answer = await exchange(this.port, request, TIMEOUT_MILLISECONDS);
      // Errors come with HTTP 200 as well.
      const error = isObject(answer) ? answer["error"] : undefined;
      if (error !== undefined && error !== null) throw new IguanaRefusal(`Iguana: ${textOf(error)}`);
      return answer;
    });
    this.queue = turn.catch(() => undefined);
    return turn;
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
