import type { ChainRpc } from "./chain";
import { RpcError } from "./failures";
import { isObject } from "./json";

/** The wallet that is made where a daemon starts without one. */
const WALLET = "notary";
const INVALID_PARAMETER = -8;
const WALLET_NOT_FOUND = -18;
const WALLET_ALREADY_LOADED = -35;
const METHOD_NOT_FOUND = -32601;

/** The keys in one daemon's wallet, in the dialects of old and new daemons (domain.md 7). */
export class Wallet {
  constructor(
    private readonly rpc: ChainRpc,
    private readonly address: string,
    private readonly log: (event: string) => void,
  ) {}

  /** Whether the notary's key is in the wallet; makes the wallet where there is none. */
  async isOurs(): Promise<boolean> {
    const answer = await this.rpc.call("validateaddress", [this.address]);
    if (isObject(answer)) {
      if (answer["isvalid"] === false)
        throw new Error(
          `${this.address} is no address of this chain; are its prefixes right in assetchains.yaml?`,
        );
      // Old daemons answer it here, new ones in getaddressinfo only.
      if (typeof answer["ismine"] === "boolean") return answer["ismine"];
    }
    const details = await this.withWallet(() => this.rpc.call("getaddressinfo", [this.address]));
    return isObject(details) && details["ismine"] === true;
  }

  async importKey(wif: string): Promise<void> {
    // Without rescan: a notary's key needs no history, and a rescan takes hours.
    await this.withWallet(() => this.rpc.call("importprivkey", [wif, "", false]));
    if (!(await this.isOurs()))
      throw new Error(
        `the key is imported, yet ${this.address} is not the wallet's; do WIF and address prefix agree?`,
      );
  }

  private async withWallet(call: () => Promise<unknown>): Promise<unknown> {
    try {
      return await call();
    } catch (failure) {
      if (!saysNoWallet(failure)) throw failure;
      await this.openWallet();
      return call();
    }
  }

  /** Daemons of the newer kind start without a wallet, and Iguana opens none (domain.md 7). */
  private async openWallet(): Promise<void> {
    try {
      await this.namedOrPositional("loadwallet", { filename: WALLET, load_on_startup: true });
      this.log(`wallet "${WALLET}" loaded`);
    } catch (failure) {
      if (!(failure instanceof RpcError)) throw failure;
      if (failure.code === WALLET_ALREADY_LOADED || /already loaded/i.test(failure.message)) return;
      if (failure.code !== WALLET_NOT_FOUND) throw failure;
      // importprivkey needs a wallet that is none of descriptors.
      await this.namedOrPositional("createwallet", {
        wallet_name: WALLET,
        descriptors: false,
        load_on_startup: true,
      });
      this.log(`wallet "${WALLET}" created`);
    }
  }

  /** Daemons before 0.21 know neither `load_on_startup` nor `descriptors`; the name alone does for them. */
  private async namedOrPositional(method: string, params: object): Promise<unknown> {
    try {
      return await this.rpc.call(method, params);
    } catch (failure) {
      if (failure instanceof RpcError && failure.code === INVALID_PARAMETER)
        return this.rpc.call(method, [WALLET]);
      throw failure;
    }
  }
}

function saysNoWallet(failure: unknown): boolean {
  if (!(failure instanceof RpcError)) return false;
  const { code, message } = failure;
  return code === WALLET_NOT_FOUND || (code === METHOD_NOT_FOUND && /no wallet is loaded/i.test(message));
}
