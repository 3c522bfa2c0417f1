/**
 * What an agent knows of a chain by its daemon's RPC. What the daemon does not say, or was never asked successfully, is
 * absent. What was read before a silence stays. All values are plain, so it is also the form in which an agent hands
 * them over.
 */
export interface ChainReading {
  /** When the daemon last answered, RFC 3339. */
  readonly at?: string | undefined;
  /** Why it does not answer now; absent if it does. */
  readonly silence?:
    | { readonly kind: SilenceKind; readonly detail: string; readonly since: string }
    | undefined;
  /** The daemon's own name for its network: `main`, `test`, `regtest`. */
  readonly network?: string | undefined;
  /** How long the cheapest call took. */
  readonly latencyMilliseconds?: number | undefined;
  readonly height?: number | undefined;
  /** When the agent saw the height change last, or saw it first, RFC 3339. */
  readonly heightSince?: string | undefined;
  readonly headers?: number | undefined;
  /** The highest height that the daemon has heard of: of headers, peers and komodod's longestchain. */
  readonly bestKnown?: number | undefined;
  /** Time of the last block, RFC 3339. */
  readonly tipTime?: string | undefined;
  readonly peers?: number | undefined;
  /** Between 0 and 1. */
  readonly verificationProgress?: number | undefined;
  /** Blocks of another branch than the daemon's own that is longer, or that it holds to be invalid. */
  readonly fork?: { readonly length: number; readonly status: string } | undefined;
  /** What blocks and state take up on the disk, in bytes. */
  readonly sizeOnDisk?: number | undefined;
  /** The node's address on the chain; absent if the node has no key. */
  readonly address?: string | undefined;
  /** What the node's address can spend, in coins. */
  readonly balance?: number | undefined;
  /** In how many outputs that is, without notary UTXOs. */
  readonly coins?: number | undefined;
  /** Whether the node's key is in the wallet. */
  readonly hasKey?: boolean | undefined;
  /** Whether the wallet is encrypted and locked now. */
  readonly isWalletLocked?: boolean | undefined;
  readonly notaryUtxos?: NotaryUtxosReading | undefined;
  /** The chain that this node's Iguana notarises it to; absent if it does not. */
  readonly notarisedTo?: string | undefined;
  /** The last height that was notarised, as the daemon knows it. Absent if none ever was. */
  readonly lastNotarisation?: { readonly height: number; readonly txid?: string | undefined } | undefined;
  /** The daemon's own name for its version: `/MagicBean:0.8.0/`. */
  readonly version?: string | undefined;
  /** What the daemon warns of, in its words. */
  readonly warning?: string | undefined;
}

/** Unspent outputs of the size that Iguana spends. */
export interface NotaryUtxosReading {
  /** Those that are not locked. */
  readonly count: number;
  readonly locked: number;
  /** The bounds between which the agent keeps them; absent if none are stated. */
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  /** What the agent does next, or would do in a dry run. Only with bounds. */
  readonly next?: string | undefined;
  /** The id of the last split's transaction since the agent's start. */
  readonly lastSplit?: string | undefined;
}

/**
 * `link`: the proxy beside the agent is not there. `down`: the proxies have given the call up, because nothing listens or
 * there is no way to the daemon's host. `silent`: no answer has come. The daemon hangs, or within the first 40 s nobody
 * knows why. `loading`: it reads its blocks. `password`: it refuses user and password. `error`: what it answers is not
 * the answer of a chain's daemon.
 */
export type SilenceKind = "link" | "down" | "silent" | "loading" | "password" | "error";
