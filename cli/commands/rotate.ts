import { Command } from "commander";
import { type CarefulOptions, withCarefulOptions } from "../rollOut/options";

interface RotateOptions extends CarefulOptions {
  readonly node?: string | undefined;
  readonly leaked?: true | undefined;
}

/** `dokomodo rotate` gives chains new RPC passwords. */
export function rotateCommand(): Command {
  const command = new Command("rotate")
    .argument("<what...>", "symbols of chains, all, or authority")
    .option("--node <name>", "only what is of this notary or node")
    .option("--leaked", "refuse the old passwords at once");
  return withCarefulOptions(command)
    .addHelpText(
      "after",
      "\nA password is told to the daemon and to all that call it, so all of them are replaced, Iguana last. Callers may use\n" +
        "the old password for 24 hours, so no call is refused before they have the new one. With --leaked the old one is\n" +
        "refused at once: a caller's calls fail (HTTP 401) from the daemon's turn to its own. --at-once makes that time\n" +
        "shorter.\n\n`authority` replaces what signs the certificates of a node's links, in three ups: the new one is trusted, it signs,\nthe old one is forgotten. Proxies are replaced in each, and in a cluster pods. Clients need new files in between.\n\n" +
        "Examples:\n  dokomodo rotate BEER\n  dokomodo rotate all --at-once 8\n  dokomodo rotate KMD --leaked\n  dokomodo rotate authority --node east",
    )
    .action(async (symbols: readonly string[], { yes, leaked, ...options }: RotateOptions) => {
      if (symbols.length === 1 && symbols[0] === "authority") {
        if (leaked === true)
          throw new Error(
            "--leaked is for passwords: the old authority is trusted until `rotate authority` has ended; nothing was changed",
          );
        const { rotateAuthority } = await import("../rollOut/authority.ts");
        await rotateAuthority(options.node, { yes, ...options });
        return;
      }
      const { readStackFiles } = await import("../edit/stackFiles.ts");
      const { carefulUp, withSettings } = await import("../rollOut/carefulUp.ts");
      const { rollOutOf } = await import("../rollOut/options.ts");
      const { firstOf, formerUntil, passwordsOf, replacedFor, rotationSettings, usesOfPasswords } =
        await import("../rollOut/passwords.ts");
      const { lookAt } = await import("../rollOut/running.ts");
      const from = readStackFiles(options.stack);
      const passwords = passwordsOf(symbols, from.stack, options.node);
      const now = new Date();
      const { text } = withSettings(from, rotationSettings(passwords, from, now, leaked === true));
      const until = formerUntil(now).toISOString().replace("T", " ").slice(0, 16);
      await carefulUp(
        {
          from,
          text,
          rollOut: rollOutOf({ ...options, canary: options.canary ?? firstOf(passwords) }),
          lines: [
            `New RPC passwords: ${passwords.map(({ node, symbol }) => `${symbol} of ${node.name}`).join(", ")}`,
            `Replaced for them: ${replacedFor(passwords).join(", ")}`,
            leaked === true
              ? "Each daemon refuses its old password from its turn on."
              : `Callers may use the old passwords until ${until} UTC.`,
          ],
          look: () => lookAt(from.name, usesOfPasswords(passwords)),
          wayBack: `There is no way back to the old passwords. Remove the cause, and run \`pulumi up --stack ${from.name}\`, which gives the new ones to the rest.`,
          done: "All have new passwords, and take calls.",
        },
        yes === true,
      );
    });
}
