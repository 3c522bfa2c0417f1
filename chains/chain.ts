import type { Position } from "../input/problem";
import { HOME } from "./list/daemonFlags";

/** Version bytes of a chain's addresses and WIFs, 0 to 255 each. */
export interface Prefixes {
  readonly pubkeyHash: number;
  readonly scriptHash: number;
  readonly wif: number;
}

/** One coin daemon as the list of chains describes it, with all that follows from its parameters. */
export interface Chain {
  /** Iguana's name for the chain, unique in the list. */
  readonly symbol: string;
  /** The daemon's program. */
  readonly daemon: string;
  /** Whether the daemon runs with `-ac_name`. */
  readonly assetchain: boolean;
  /** komodod's parameters as flags, in the order written; `${HOME}` stands for the daemon's home. */
  readonly parameterFlags: readonly string[];
  /** The entry's own `flags`. */
  readonly flags: readonly string[];
  readonly p2pPort: number;
  readonly rpcPort: number;
  /** 8 hex digits of the number; absent where the daemon is not komodod. */
  readonly magic?: string | undefined;
  /** The magic's bytes as they go over the wire. */
  readonly wireMagic?: string | undefined;
  readonly prefixes: Prefixes;
  /** Relative to the daemon's home: `.komodo/BEER`. */
  readonly dataDirectory: string;
  /** Relative to the daemon's home: `.komodo/BEER/BEER.conf`. */
  readonly confPath: string;
  readonly image?: string | undefined;
  /** Where the chain's RPC answers, when it is not ours to deploy. */
  readonly url?: string | undefined;
  /** Symbol of the chain that its notarisations go to. */
  readonly dest?: string | undefined;
  /** Blocks between notarisations. */
  readonly freq: number;
  readonly position: Position;
}

/** All flags of a chain that the list gives, for a daemon whose home is `home` (absolute, without a slash at its end). */
export function commandFlags(chain: Chain, home: string): string[] {
  return [...chain.parameterFlags, ...chain.flags].map((flag) => flag.replaceAll(HOME, home));
}
