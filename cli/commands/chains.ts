import Table from "cli-table3";
import { Command } from "commander";
import type { Chain } from "../../chains/chain";
import { LIST_FILE, readList } from "../list";

interface ChainsOptions {
  readonly file: string;
  readonly json?: true | undefined;
}

/** `dokomodo chains` prints the list of chains with everything that is computed from it. */
export function chainsCommand(): Command {
  return new Command("chains")
    .description("print the chains of the list with their computed ports")
    .option("--file <file>", "the list of chains", LIST_FILE)
    .option("--json", "print a list of objects")
    .action((options: ChainsOptions) => {
      const rows = [...readList(options.file).chains.values()].map(row);
      process.stdout.write(`${options.json ? JSON.stringify(rows, undefined, 2) : table(rows)}\n`);
    });
}

interface Row {
  readonly name: string;
  readonly daemon: string;
  readonly p2pPort: number;
  readonly rpcPort: number;
  /** Null if the daemon is not komodod. */
  readonly magic: string | null;
  readonly confPath: string;
  readonly flags: readonly string[];
}

function row(chain: Chain): Row {
  return {
    name: chain.symbol,
    daemon: chain.daemon,
    p2pPort: chain.p2pPort,
    rpcPort: chain.rpcPort,
    magic: chain.magic ?? null,
    confPath: chain.confPath,
    flags: [...chain.parameterFlags, ...chain.flags],
  };
}

function table(rows: readonly Row[]): string {
  // Lines break between flags. A column that is narrower than the longest flag would cut it off.
  const widest = Math.max(60, ...rows.flatMap(({ flags }) => flags.map((flag) => flag.length + 2)));
  const drawn = new Table({
    head: ["name", "daemon", "p2p", "rpc", "magic", "conf", "flags"],
    style: { head: [], border: [], compact: true },
    colWidths: [null, null, null, null, null, null, widest],
    wordWrap: true,
  });
  for (const { name, daemon, p2pPort, rpcPort, magic, confPath, flags } of rows) {
    drawn.push([name, daemon, p2pPort, rpcPort, magic ?? "", confPath, flags.join(" ")]);
  }
  return drawn.toString();
}
