import type { Chain } from "../chains/chain";
import { missingDests } from "../chains/graph";
import { deriveKeys, readPassphrase } from "../chains/keys";
import type { Position, Problem } from "../chains/problem";
import { type Registry, selectChains } from "../chains/registry";
import type { Path } from "../chains/source";
import type { NotaryChain } from "../components/NotaryNode";
import { resolveDaemon, resolveIguana } from "./daemons";
import { checkImages } from "./images";
import type { Stack } from "./load";
import { checkNames } from "./names";
import { checkPorts } from "./ports";
import type { NotarySettings, StackSettings } from "./schema";

/** What the checks look at; `at` gives the position of a value in the stack's config. */
export interface Checked {
  readonly settings: StackSettings;
  readonly registry: Registry;
  readonly passphrases: Readonly<Record<string, string>>;
  at(path: Path): Position;
}

/** Resolves each notary and tells everything in the config that cannot be so. */
export function checkNotaries(checked: Checked): { notaries: Stack["notaries"]; problems: Problem[] } {
  const { settings, at } = checked;
  const problems: Problem[] = [];
  const notaries = settings.notaries.map((notary, index) => {
    const path: Path = ["dokomodo:notaries", index];
    return resolveNotary(checked, notary, (message, ...inner) =>
      problems.push({ message, position: at([...path, ...inner]) }),
    );
  });
  problems.push(
    ...checkHosts(checked),
    ...checkPassphrases(checked),
    ...checkImages(checked, notaries),
    ...checkNames(checked, notaries),
    ...checkPorts(checked, notaries),
  );
  return { notaries, problems };
}

type Report = (message: string, ...inner: Path) => void;

function resolveNotary(checked: Checked, notary: NotarySettings, report: Report): Stack["notaries"][number] {
  const { settings, passphrases } = checked;
  const hostNames = settings.hosts.map((host) => host.name);
  const knownHost = (host: string, ...inner: Path) => {
    if (!hostNames.includes(host))
      report(`no host is named ${host}; dokomodo:hosts has ${hostNames.join(", ")}`, ...inner);
    return host;
  };
  const host = knownHost(notary.host, "host");
  const chains = selectNotaryChains(checked, notary, report);
  const symbols = chains.map((chain) => chain.symbol);
  for (const key of ["placement", "dest", "rotation"] as const) {
    for (const symbol of Object.keys(notary[key])) {
      if (!symbols.includes(symbol))
        report(`${symbol} is not among the chains of ${notary.name}`, key, symbol);
    }
  }
  for (const message of missingDests(chains)) report(message, "chains");
  for (const chain of chains.filter(({ url }) => url !== undefined)) {
    report(
      `${chain.symbol} has a url, and chains that somebody else runs cannot be used yet: take it out of the list`,
      "chains",
    );
  }
  for (const [symbol, other] of Object.entries(notary.placement)) {
    if (other !== notary.host) {
      report(`${symbol} is placed on ${other}, and a notary cannot span hosts yet`, "placement", symbol);
    }
  }
  const own = settings.hosts.find((candidate) => candidate.name === notary.host);
  return {
    name: notary.name,
    passphrase: passphrases[notary.name] ?? "",
    host,
    ipAddress: notary.address ?? own?.address ?? "",
    peers: notary.peers,
    agentImage: settings.images.agent,
    iguana: resolveIguana(settings.iguana),
    chains: chains.map((chain): NotaryChain => {
      const placed = notary.placement[chain.symbol];
      const rotation = notary.rotation[chain.symbol];
      return {
        chain,
        daemon: resolveDaemon(chain, settings.daemons[chain.daemon]),
        host: placed === undefined ? host : knownHost(placed, "placement", chain.symbol),
        ...(rotation === undefined ? {} : { rotation }),
      };
    }),
  };
}

/** The notary's chains as the stack runs them: with its daemons' prefixes and its own destinations. */
function selectNotaryChains(
  { registry, settings }: Checked,
  notary: NotarySettings,
  report: Report,
): Chain[] {
  const selected = new Map<string, Chain>();
  for (const [index, entry] of notary.chains.entries()) {
    const { chains, problems } = selectChains(registry, [entry]);
    for (const { message } of problems) report(message, "chains", index);
    for (const chain of chains) {
      const prefixes = settings.daemons[chain.daemon]?.prefixes ?? chain.prefixes;
      const { dest: usual, ...rest } = chain;
      const dest = notary.dest[chain.symbol] ?? usual;
      selected.set(chain.symbol, {
        ...rest,
        prefixes,
        ...(dest === undefined || dest === "none" ? {} : { dest }),
      });
    }
  }
  return [...selected.values()];
}

function checkHosts({ settings: { hosts }, at }: Checked): Problem[] {
  return hosts.flatMap((host, index) => {
    const earlier = hosts.findIndex((other) => other.name === host.name);
    if (earlier === index) return [];
    const position = at(["dokomodo:hosts", index, "name"]);
    return [{ message: `two hosts are named ${host.name}`, position }];
  });
}

function checkPassphrases({ settings, passphrases, at }: Checked): Problem[] {
  const problems: Problem[] = [];
  const names = settings.notaries.map(({ name }) => name);
  const position = (name: string) => at(["dokomodo:passphrases", name]);
  const command = (name: string) => `pulumi config set --secret --path 'dokomodo:passphrases["${name}"]'`;
  const owners = new Map<string, string>();
  for (const [index, name] of names.entries()) {
    const passphrase = passphrases[name];
    if (passphrase === undefined) {
      const message = `notary ${name} has no passphrase; give it one with ${command(name)}`;
      problems.push({ message, position: at(["dokomodo:notaries", index, "name"]) });
      continue;
    }
    const checked = readPassphrase(passphrase);
    if ("problem" in checked) {
      problems.push({ message: `notary ${name}: ${checked.problem}`, position: position(name) });
      continue;
    }
    const { publicKey } = deriveKeys(passphrase);
    const owner = owners.get(publicKey);
    if (owner !== undefined) {
      const message = `notaries ${owner} and ${name} have the same public key ${publicKey}: two Iguanas of one key spend each other's coins`;
      problems.push({ message, position: position(name) });
    }
    owners.set(publicKey, name);
  }
  for (const name of Object.keys(passphrases)) {
    if (!names.includes(name)) {
      problems.push({
        message: `there is a passphrase for ${name}, and no notary of that name`,
        position: position(name),
      });
    }
  }
  return problems;
}
