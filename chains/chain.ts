import type { Position } from "../input/problem";
import type { BlockForm } from "./daemons";
import { HOME } from "./list/daemonFlags";

/** Version bytes of a chain's addresses and WIFs, 0 to 255 each. */
export interface Prefixes {
  readonly pubkeyHash: number;
  readonly scriptHash: number;
  readonly wif: number;
}

/** Whether dPoW still notarised a chain when its last season ended. */
export type ChainStatus = "current" | "history";

/** An archive with a chain's blocks and state. */
export interface Bootstrap {
  /** `http://` or `https://`. */
  readonly url: string;
  /** SHA-256 of the archive, 64 hex digits in lower case. */
  readonly sha256: string;
}

/** A chain as the list of chains describes it, with everything that follows from its parameters. */
export interface Chain {
  /** Iguana's name for the chain, unique in the list. */
  readonly symbol: string;
  /** Name of the daemon's program, such as `komodod`. */
  readonly daemon: string;
  /** Whether the daemon runs with `-ac_name`. */
  readonly assetchain: boolean;
  /** The form of its blocks and transactions. */
  readonly blocks: BlockForm;
  /** komodod's parameters as flags, in the order of the entry. `${HOME}` stands for the daemon's home. */
  readonly parameterFlags: readonly string[];
  /** The entry's own `flags`. */
  readonly flags: readonly string[];
  readonly p2pPort: number;
  readonly rpcPort: number;
  /** The magic number as 8 hex digits; absent if the daemon is not komodod. */
  readonly magic?: string | undefined;
  /** The same bytes in the order in which they go over the wire. */
  readonly wireMagic?: string | undefined;
  readonly prefixes: Prefixes;
  /** Relative to the daemon's home: `.komodo/BEER`. */
  readonly dataDirectory: string;
  /** Relative to the daemon's home: `.komodo/BEER/BEER.conf`. */
  readonly confPath: string;
  /** The image that the entry states for the chain's daemon. */
  readonly image?: string | undefined;
  /** What fills the chain's volume before the daemon's first start; absent if it syncs from the network alone. */
  readonly bootstrap?: Bootstrap | undefined;
  /** Where the chain's RPC answers, if somebody else runs the daemon. */
  readonly url?: string | undefined;
  /** Symbol of the chain that its notarisations go to; absent if it is not notarised. */
  readonly dest?: string | undefined;
  /** Blocks between notarisations. */
  readonly freq: number;
  /** `history` for a chain that dPoW left before its last season ended. */
  readonly status: ChainStatus;
  /** Where the list states the chain's name. */
  readonly position: Position;
}

/**
 * All flags that the list gives to a chain's daemon.
 * @param home the daemon's home, absolute and without a slash at its end
 */
export function commandFlags(chain: Chain, home: string): string[] {
  return [...chain.parameterFlags, ...chain.flags].map((flag) => flag.replaceAll(HOME, home));
}

/**
 * The first directory of the chain's data directory: `.komodo` of `.komodo/BEER` (docs/internals/domain.md, komodod's
 * directory and conf). The chain's volume is mounted there. The directories below are made when the daemon starts.
 */
export function dataRoot(chain: Pick<Chain, "dataDirectory">): string {
  return chain.dataDirectory.split("/")[0] ?? chain.dataDirectory;
}

/** The chain's data directory relative to its volume: `BEER` of `.komodo/BEER`. */
export function directoryInVolume(chain: Pick<Chain, "dataDirectory">): string {
  return chain.dataDirectory.split("/").slice(1).join("/");
}
