import Table from "cli-table3";
import type { Chain } from "../../chains/chain";
import { address } from "../../chains/keys";
import { daemonName } from "../../notary/names";
import type { SettledImage } from "./images";
import type { SecretsProvider } from "./secretsProvider";
import type { NewStack } from "./stackFile";

/** The images, and why they were not checked. */
export function imageLines(images: readonly SettledImage[]): string {
  const lines = images.map(
    ({ owner, text, unchecked }) => `  ${owner}: ${text}${unchecked === undefined ? "" : " (not checked)"}`,
  );
  const reasons = new Set(images.flatMap(({ unchecked }) => unchecked ?? []));
  return ["Its images:", ...lines, ...[...reasons].map((reason) => `Not checked: ${reason}`)].join("\n");
}

/** The public key, and its address on each chain. */
export function keyLines(publicKey: string, chains: readonly Chain[]): string {
  const table = new Table({ head: ["chain", "address"], style: { head: [], border: [] } });
  for (const { symbol, prefixes } of chains) table.push([symbol, address(publicKey, prefixes)]);
  return `Public key ${publicKey}\n${table.toString()}`;
}

/** What a person does next, in a new stack of these chains. */
export function nextLines(
  { name, place, selected }: Pick<NewStack, "name" | "place"> & { readonly selected: readonly Chain[] },
  { passphraseFile }: SecretsProvider,
): string {
  const deployed = selected.find(({ url }) => url === undefined);
  const looks = deployed === undefined ? [] : place.looks(daemonName(name, deployed.symbol));
  return [
    "Nothing runs yet. To bring it up:",
    "",
    ...(passphraseFile === undefined ? [] : [`  export PULUMI_CONFIG_PASSPHRASE_FILE='${passphraseFile}'`]),
    "  pulumi up",
    "",
    "What runs then, and the log of a daemon, which syncs for hours or days at first:",
    "",
    ...looks.map((line) => `  ${line}`),
    "",
    "docs/guide/first-day.md goes on from here.",
    "",
  ].join("\n");
}
