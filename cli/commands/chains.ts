import Table from "cli-table3";
import { Command } from "commander";
import type { Chain, ChainStatus } from "../../chains/chain";
import { type ChainList, statusOf } from "../../chains/list/chainList";
import { LIST_FILE, readList } from "../list";

interface ChainsOptions {
  readonly file: string;
  readonly json?: true | undefined;
}

/** `dokomodo chains` prints the list of chains with everything that is computed from it, and its sets. */
export function chainsCommand(): Command {
  return new Command("chains")
    .option("--file <file>", "the list of chains", LIST_FILE)
    .option("--json", "print a list of objects")
    .addHelpText(
      "after",
      "\nExample:\n  dokomodo chains --json\n\nThose of a stack, with their hosts: dokomodo chain list",
    )
    .action((options: ChainsOptions) => {
      const list = readList(options.file);
      const rows = [...list.chains.values()].map(row);
      const text = options.json ? [JSON.stringify(rows, undefined, 2)] : [table(rows), ...setsTable(list)];
      process.stdout.write(`${text.join("\n")}\n`);
    });
}

interface Row {
  readonly name: string;
  readonly status: ChainStatus;
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
    status: chain.status,
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
    head: ["name", "status", "daemon", "p2p", "rpc", "magic", "conf", "flags"],
    style: { head: [], border: [], compact: true },
    colWidths: [null, null, null, null, null, null, null, widest],
    wordWrap: true,
  });
  for (const { name, status, daemon, p2pPort, rpcPort, magic, confPath, flags } of rows) {
    drawn.push([name, status, daemon, p2pPort, rpcPort, magic ?? "", confPath, flags.join(" ")]);
  }
  return drawn.toString();
}

function setsTable(list: ChainList): string[] {
  if (list.sets.size === 0) return [];
  const drawn = new Table({
    head: ["set", "status", "chains"],
    style: { head: [], border: [], compact: true },
    colWidths: [null, null, 100],
    wordWrap: true,
  });
  for (const [name, symbols] of list.sets) drawn.push([name, statusOf(list, symbols), symbols.join(" ")]);
  return [drawn.toString()];
}
