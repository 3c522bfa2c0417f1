import { isObject } from "../json";
import { IguanaRefusal, NotYet } from "./failures";
import { exchange } from "./iguanaHttp";
import type { CoinSecrets, NotaryCoin } from "./plan";

const TIMEOUT_MILLISECONDS = 30_000;
/** The time that operators give. Iguana answers 3600 whatever it is told. */
const UNLOCK_SECONDS = 9_999_999;
/** The height in Iguana's answer where it could not reach the chain. */
const NO_HEIGHT = 2 ** 30;

/** Which coin is notarised to which, and how often: Iguana's `dpow` request. */
export interface Notarisation {
  readonly symbol: string;
  readonly dest: string;
  readonly pubkey: string;
  readonly freq: number;
}

/**
 * Iguana's RPC. Iguana serves one connection at a time, and a call that needs a chain holds up all others. So calls
 * queue here, where the time in the queue does not count as Iguana not answering.
 *
 * Every call rejects with NotYet where Iguana does not answer, and with IguanaRefusal where it answers with an error.
 */
export class IguanaRpc {
  private queue: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly port: number,
    /** Called right before a command is sent: why it may not be sent, or undefined. Questions are always sent. */
    private readonly refusal: () => string | undefined = () => undefined,
  ) {}

  /** The addresses of the notaries that Iguana knows. The list is empty right after Iguana has started. */
  async knownNotaries(): Promise<readonly unknown[]> {
    const answer = await this.question({ agent: "dpow", method: "ipaddrs" });
    if (!Array.isArray(answer)) throw new IguanaRefusal("dpow/ipaddrs answers no list");
    return answer;
  }

  /** Answers with the address that Iguana has. That is the first one that it was told since its start. */
  async setAddress(ipaddr: string): Promise<unknown> {
    return this.result({ agent: "SuperNET", method: "myipaddr", ipaddr });
  }

  async addNotary(ipaddr: string): Promise<void> {
    await this.result({ agent: "iguana", method: "addnotary", ipaddr });
  }

  /** Answers whether the coin is new to Iguana. */
  async addCoin(coin: NotaryCoin, { rpcUser, rpcPassword }: CoinSecrets): Promise<boolean> {
    const answer = await this.result({
      ...coin.addcoin,
      agent: "iguana",
      method: "addcoin",
      newcoin: coin.symbol,
      userpass: `${rpcUser}:${rpcPassword}`,
    });
    return answer !== "coin already there";
  }

  /** Answers with the public key of the passphrase, where Iguana tells it. */
  async unlock(passphrase: string): Promise<unknown> {
    const answer = await this.command({ method: "walletpassphrase", params: [passphrase, UNLOCK_SECONDS] });
    return isObject(answer) ? answer["btcpubkey"] : undefined;
  }

  /** Answers whether the notarisation is new to Iguana. */
  async startDpow({ symbol, dest, pubkey, freq }: Notarisation): Promise<boolean> {
    try {
      await this.command({ agent: "iguana", method: "dpow", symbol, dest, pubkey, freq });
      return true;
    } catch (failure) {
      if (failure instanceof IguanaRefusal && failure.message.includes("same coin again")) return false;
      throw failure;
    }
  }

  /**
   * The height of a coin's chain as Iguana sees it; undefined where Iguana does not know the coin, null where it does
   * not reach the chain.
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
      // An answer with an error has HTTP status 200, too.
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
