import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { isMap, parse, parseDocument } from "yaml";
import { type Loaded, loadStack } from "../../config/load";
import { formatProblems } from "../../input/problem";
import { testFolder } from "./testFolder";

export const DIGEST = `sha256:${"0".repeat(64)}`;

export const CHAINS = `chains:
  - { symbol: KMD, notary: .litecoin/litecoin.conf }
  - { symbol: LTC, daemon: litecoind, p2pPort: 9333, rpcPort: 9332 }
  - { ac_name: BEER, ac_supply: 100000000 }
  - { ac_name: PIZZA, ac_supply: 100000000 }
  - { ac_name: BEER_PROXY, ac_supply: 5 }
  - { symbol: FAR, daemon: fard, p2pPort: 21000, rpcPort: 21001, url: "https://far.example:443" }
  - { symbol: AGENT, daemon: agentd, p2pPort: 21002, rpcPort: 7780 }
  - { symbol: LINK, daemon: linkd, p2pPort: 7443, rpcPort: 21004 }
  - { symbol: BUS, daemon: busd, p2pPort: 7775, rpcPort: 21006 }
sets:
  beers: [BEER, PIZZA]
`;

/** The lines of CONFIG's only host and of its only notary. */
export const ALPHA = '    - { name: alpha, docker: "unix:///var/run/docker.sock", address: 192.0.2.1 }\n';
export const EAST = "    - { name: east, host: alpha, chains: [KMD, LTC, BEER] }\n";

export const CONFIG = `config:
  pulumi:disable-default-providers: [docker]
  dokomodo:hosts:
${ALPHA}  dokomodo:images: { proxy: "haproxy@${DIGEST}", agent: "node@${DIGEST}" }
  dokomodo:daemons:
    komodod: { image: "komodod@${DIGEST}" }
    litecoind: { image: "litecoind@${DIGEST}" }
  dokomodo:iguana: { image: "iguana@${DIGEST}" }
  dokomodo:notaries:
${EAST}  dokomodo:passphrases:
    east: { secure: "v1:" }
`;

/** The project's folder of the test that runs. Each has one of its own. */
const folder = testFolder("config", (made) => writeFileSync(join(made, "assetchains.yaml"), CHAINS));

/** Loads a stack whose file is `config`, with the values that Pulumi would pass on for it. */
export function load(config: string, passphrases: Record<string, unknown> = { east: "a phrase" }): Loaded {
  writeFileSync(join(folder(), "Pulumi.test.yaml"), config);
  return loadStack({ directory: folder(), stackName: "test", values: valuesOf(config, passphrases) });
}

export function valuesOf(config: string, passphrases: Record<string, unknown>): Record<string, string> {
  const entries = Object.entries<unknown>(parse(config)?.config ?? {});
  const values = entries.map(([key, value]): [string, string] => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return { ...Object.fromEntries(values), "dokomodo:passphrases": JSON.stringify(passphrases) };
}

/** CONFIG with one value changed. `undefined` removes the value. */
export function changed(path: readonly (string | number)[], value: unknown): string {
  const document = parseDocument(CONFIG);
  if (!isMap(document.contents)) throw new Error("the config is no mapping");
  if (value === undefined) document.deleteIn(["config", ...path]);
  else document.setIn(["config", ...path], document.createNode(value));
  return document.toString({ lineWidth: 0 });
}

/** A config in which some lines are replaced. Throws when a line is not there. */
export function exchanged(config: string, ...replacements: readonly [string, string][]): string {
  return replacements.reduce((text, [old, replacement]) => {
    if (!text.includes(old))
      throw new Error(`the config does not contain this text, which is to be replaced: ${old}`);
    return text.replace(old, replacement);
  }, config);
}

export function messages(loaded: Loaded): string[] {
  return loaded.ok ? [] : formatProblems(loaded.problems).split("\n").slice(0, -1);
}

export const NOTARY = ["dokomodo:notaries", 0] as const;
export const HOST = ["dokomodo:hosts", 0] as const;

/** Writes a file into the project's folder. */
export function write(file: string, text: string): void {
  writeFileSync(join(folder(), file), text);
}

/** Loads values that Pulumi passes on. They may differ from those in the stack's file. */
export function loadValues(values: Record<string, string>): Loaded {
  return loadStack({ directory: folder(), stackName: "test", values });
}
