import Table from "cli-table3";
import type { Chain } from "../../chains/chain";
import { type DaemonTable, daemonDefaults } from "../../chains/daemons";
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
  const told = [...reasons].map((reason) => `Not checked: ${reason}`);
  if (told.length > 0) told.push("With a wrong digest `pulumi up` fails, before anything runs.");
  return ["Its images:", ...lines, ...told].join("\n");
}

/** The public key, and its address on each chain. */
export function keyLines(publicKey: string, chains: readonly Chain[]): string {
  const table = new Table({ head: ["chain", "address"], style: { head: [], border: [] } });
  for (const { symbol, prefixes } of chains) table.push([symbol, address(publicKey, prefixes)]);
  return `Public key ${publicKey}\n${table.toString()}\nA typing error makes another key, so compare it if you know it.`;
}

/** What decides what a person does next. */
export interface NextArgs extends Pick<NewStack, "name" | "place"> {
  readonly selected: readonly Chain[];
  /** The key `daemons` of the list of chains. */
  readonly listed: DaemonTable;
  readonly provider: SecretsProvider;
}

/** What a person does next. */
export function nextLines({ name, place, selected, listed, provider: { passphraseFile } }: NextArgs): string {
  const deployed = selected.filter(({ url }) => url === undefined);
  const [first] = deployed;
  const looks = first === undefined ? [] : place.looks(daemonName(name, first.symbol));
  const downloads = deployed.flatMap(({ daemon }) => daemonDefaults(daemon, listed).downloads);
  const bytes = new Map(downloads.map(({ sha256, bytes }) => [sha256, bytes]));
  const gigabytes = [...bytes.values()].reduce((sum, each) => sum + each, 0) / 1e9;
  return [
    "Nothing runs yet. To bring it up:",
    "",
    ...(passphraseFile === undefined ? [] : [`  export PULUMI_CONFIG_PASSPHRASE_FILE='${passphraseFile}'`]),
    "  pulumi up",
    "",
    ...(gigabytes === 0 ? [] : [`It fetches ${gigabytes.toFixed(1)} GB first, which the daemons need.`]),
    "What runs then, and the log of a daemon, which syncs for hours or days at first:",
    "",
    ...looks.map((line) => `  ${line}`),
    "",
    "docs/guide/first-day.md goes on from here.",
    "",
  ].join("\n");
}
