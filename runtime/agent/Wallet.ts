import { isObject } from "../json";
import type { ChainRpc } from "./ChainRpc";
import { METHOD_NOT_FOUND, RpcError } from "./failures";
import { labelOf, unseenBefore, unseenLabel } from "./walletLabel";

/** The name of the wallet that is made where a daemon starts without one. */
const WALLET = "notary";
const WALLET_ERROR = -4;
const INVALID_PARAMETER = -8;
const WALLET_NOT_FOUND = -18;
const WALLET_ALREADY_LOADED = -35;

/** A rescan of so many blocks takes seconds. All blocks of a chain that is years old take hours. */
const RESCANNED_BLOCKS = 10_000;
const RESCAN_MILLISECONDS = 60_000;

/** What a wallet says about the key. */
export interface Ownership {
  readonly isOurs: boolean;
  /** The height at which the key was imported without a rescan; undefined where blocks before it were looked at. */
  readonly unseenBefore: number | undefined;
  /**
   * The label that says so, where it is no longer in the wallet. Iguana removes it from one of its coins with each
   * unlock.
   */
  readonly lostLabel: string | undefined;
}

/** The key of a node or notary in one daemon's wallet. It speaks the dialects of old and new daemons. */
export class Wallet {
  private unseen: number | undefined;

  constructor(
    private readonly rpc: ChainRpc,
    private readonly address: string,
    private readonly log: (event: string) => void,
  ) {}

  /** Whether the key is in the wallet, and since when. Makes the wallet where there is none. */
  async look(): Promise<Ownership> {
    const answer = await this.rpc.call("validateaddress", [this.address]);
    if (isObject(answer)) {
      if (answer["isvalid"] === false)
        throw new Error(
          `${this.address} is not an address of this chain; are its prefixes right in assetchains.yaml?`,
        );
      // Old daemons have it in this answer, new ones only in that of getaddressinfo.
      if (typeof answer["ismine"] === "boolean") return this.ownership(answer);
    }
    return this.ownership(await this.withWallet(() => this.rpc.call("getaddressinfo", [this.address])));
  }

  /**
   * Imports the key into a wallet that does not have it. Earlier blocks are rescanned where that takes seconds.
   * Otherwise the key's label says that they were not.
   * @param height the chain's height
   */
  async importKey(wif: string, height: number): Promise<void> {
    const isRescanned = height <= RESCANNED_BLOCKS && (await this.importRescanning(wif));
    if (!isRescanned) await this.import(wif, unseenLabel(height), false);
    if (!isRescanned) this.unseen = height;
    if (!(await this.look()).isOurs)
      throw new Error(
        `the key was imported, but ${this.address} is not the wallet's; do WIF and address prefix agree?`,
      );
    this.log(isRescanned ? "key imported" : `key imported without a rescan of the ${height} blocks before`);
  }

  /** Sets the label of a key that is in the wallet: it imports the key once more, which changes only the label. */
  async label(wif: string, label: string): Promise<void> {
    await this.import(wif, label, false);
  }

  /** False where the daemon refuses to rescan, as one that prunes its blocks does. */
  private async importRescanning(wif: string): Promise<boolean> {
    try {
      await this.import(wif, "", true);
      return true;
    } catch (failure) {
      if (failure instanceof RpcError && failure.code === WALLET_ERROR) return false;
      throw failure;
    }
  }

  private async import(wif: string, label: string, rescan: boolean): Promise<void> {
    const limits = { milliseconds: rescan ? RESCAN_MILLISECONDS : undefined };
    await this.withWallet(() => this.rpc.call("importprivkey", [wif, label, rescan], limits));
  }

  private ownership(answer: unknown): Ownership {
    if (!isObject(answer) || answer["ismine"] !== true) {
      this.unseen = undefined;
      return { isOurs: false, unseenBefore: undefined, lostLabel: undefined };
    }
    const label = labelOf(answer);
    if (label !== "") this.unseen = unseenBefore(label);
    const lostLabel = label === "" && this.unseen !== undefined ? unseenLabel(this.unseen) : undefined;
    return { isOurs: true, unseenBefore: this.unseen, lostLabel };
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

  /** Newer daemons start without a wallet, and Iguana does not open one. */
  private async openWallet(): Promise<void> {
    try {
      await this.namedOrPositional("loadwallet", { filename: WALLET, load_on_startup: true });
      this.log(`wallet "${WALLET}" loaded`);
    } catch (failure) {
      if (!(failure instanceof RpcError)) throw failure;
      if (failure.code === WALLET_ALREADY_LOADED || /already loaded/i.test(failure.message)) return;
      if (failure.code !== WALLET_NOT_FOUND) throw failure;
      // importprivkey does not work with a descriptor wallet.
      await this.namedOrPositional("createwallet", {
        wallet_name: WALLET,
        descriptors: false,
        load_on_startup: true,
      });
      this.log(`wallet "${WALLET}" created`);
    }
  }

  /** Daemons before 0.21 know neither `load_on_startup` nor `descriptors`. They take the name alone. */
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
