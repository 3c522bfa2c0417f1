import { Command } from "commander";
import { address, deriveKeys, readPassphrase, wif } from "../../chains/keys";
import { suggestion } from "../../input/nearest";
import { LIST_FILE, readList } from "../list";
import { readSecret } from "../secret";

interface KeysOptions {
  readonly prefixes: string;
  readonly file: string;
  readonly json?: true | undefined;
  readonly showSecrets?: true | undefined;
}

/** `dokomodo keys` prints what is derived from a notary's passphrase on one chain. */
export function keysCommand(): Command {
  return new Command("keys")
    .option("--prefixes <symbol>", "the chain whose addresses to print", "KMD")
    .option("--file <file>", "the list of chains", LIST_FILE)
    .option("--json", "print an object")
    .option("--show-secrets", "print the WIF too")
    .addHelpText("after", "\nExample:\n  dokomodo keys --prefixes LTC")
    .action(async (options: KeysOptions) => {
      const chains = readList(options.file).chains;
      const chain = chains.get(options.prefixes);
      if (!chain) {
        const message = `no chain of ${options.file} has the symbol "${options.prefixes}"`;
        throw new Error(`${message}${suggestion(options.prefixes, [...chains.keys()])}`);
      }
      const check = readPassphrase(await readSecret("Passphrase: "));
      if ("problem" in check) {
        throw new Error(check.problem);
      }
      const { privateKey, publicKey } = deriveKeys(check.passphrase);
      const shown = {
        publicKey,
        address: address(publicKey, chain.prefixes),
        ...(options.showSecrets ? { wif: wif(privateKey, chain.prefixes) } : {}),
      };
      const lines = Object.entries(shown).map(([name, value]) => `${name.padEnd(9)}  ${value}`);
      process.stdout.write(`${options.json ? JSON.stringify(shown, undefined, 2) : lines.join("\n")}\n`);
    });
}
