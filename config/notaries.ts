import type { Chain } from "../chains/chain";
import { missingDests } from "../chains/graph";
import { deriveKeys, readPassphrase } from "../chains/keys";
import type { Position, Problem } from "../chains/problem";
import { type Registry, selectChains } from "../chains/registry";
import type { Path } from "../chains/source";
import type { NotaryChain } from "../components/NotaryNode";
import { deployedChains, witnessHosts } from "../components/placement";
import { resolveDaemon, resolveIguana } from "./daemons";
import { checkExternal, resolveExternal } from "./external";
import { checkHosts } from "./hosts";
import { checkImages } from "./images";
import type { Stack } from "./load";
import { checkNames } from "./names";
import { checkPorts } from "./ports";
import type { NotarySettings, StackSettings } from "./schema";
import type { Secrets } from "./secrets";

/** What the checks look at; `at` gives the position of a value in the stack's config. */
export interface Checked {
  readonly settings: StackSettings;
  readonly registry: Registry;
  readonly secrets: Secrets;
  /** The text of a file of the project; undefined where it cannot be read. */
  readFile(file: string): string | undefined;
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
    ...checkHosts(checked, notaries),
    ...checkExternal(checked, notaries),
    ...checkPassphrases(checked),
    ...checkImages(checked, notaries),
    ...checkNames(checked, notaries),
    ...checkPorts(checked, notaries),
  );
  return { notaries, problems };
}

type Report = (message: string, ...inner: Path) => void;

function resolveNotary(checked: Checked, notary: NotarySettings, report: Report): Stack["notaries"][number] {
  const { settings, secrets } = checked;
  const hostNames = settings.hosts.map((host) => host.name);
  const knownHost = (host: string, ...inner: Path) => {
    if (!hostNames.includes(host))
      report(`no host is named ${host}; dokomodo:hosts has ${hostNames.join(", ")}`, ...inner);
    return host;
  };
  const host = knownHost(notary.host, "host");
  const selected = selectNotaryChains(checked, notary, report);
  const symbols = selected.map(({ chain }) => chain.symbol);
  for (const key of ["placement", "dest", "rotation"] as const) {
    for (const symbol of Object.keys(notary[key])) {
      if (!symbols.includes(symbol))
        report(`${symbol} is not among the chains of ${notary.name}`, key, symbol);
    }
  }
  for (const message of missingDests(selected.map(({ chain }) => chain))) report(message, "chains");
  const chains = selected.map(({ chain, placed, index }): NotaryChain => {
    const { symbol, url } = chain;
    const elsewhere = notary.placement[symbol];
    if (elsewhere !== undefined && placed !== undefined && elsewhere !== placed)
      report(`${symbol} is placed on ${placed} by \`chains\` and on ${elsewhere} here`, "placement", symbol);
    if (url !== undefined) {
      const message = `${symbol} has a url, so it runs on none of the hosts`;
      if (elsewhere !== undefined) report(message, "placement", symbol);
      else if (placed !== undefined) report(message, "chains", index);
      return { chain, external: resolveExternal(checked, chain, url) };
    }
    if (elsewhere !== undefined) knownHost(elsewhere, "placement", symbol);
    if (placed !== undefined) knownHost(placed, "chains", index);
    const rotation = notary.rotation[symbol];
    const publishedPort = chain.p2pPort + notary.portOffset;
    if (publishedPort > 65535)
      report(
        `p2p of ${symbol} would be published on port ${publishedPort}, and 65535 is the last`,
        "portOffset",
      );
    return {
      chain,
      daemon: resolveDaemon(chain, settings.daemons[chain.daemon]),
      host: elsewhere ?? placed ?? host,
      publishedPort,
      ...(rotation === undefined ? {} : { rotation }),
    };
  });
  const own = settings.hosts.find((candidate) => candidate.name === notary.host);
  const used = new Set([host, ...deployedChains({ chains }).map((chain) => chain.host)]);
  return {
    name: notary.name,
    passphrase: secrets.passphrases[notary.name] ?? "",
    host,
    ipAddress: notary.address ?? own?.address ?? "",
    peers: notary.peers,
    linkPort: notary.linkPort + notary.portOffset,
    witnesses: witnessHosts(
      host,
      hostNames.filter((name) => used.has(name)),
    ),
    agentImage: settings.images.agent,
    iguana: resolveIguana(settings.iguana, notary.iguana),
    chains,
  };
}

interface SelectedChain {
  readonly chain: Chain;
  /** Host that the entry of `chains` states. */
  readonly placed?: string;
  /** Of the entry. */
  readonly index: number;
}

/** The notary's chains as the stack runs them: with its daemons' prefixes and its own destinations. */
function selectNotaryChains(
  { registry, settings }: Checked,
  notary: NotarySettings,
  report: Report,
): SelectedChain[] {
  const selected = new Map<string, SelectedChain>();
  for (const [index, entry] of notary.chains.entries()) {
    const [[name = "", placed] = []] = typeof entry === "string" ? [[entry]] : Object.entries(entry);
    const { chains, problems } = selectChains(registry, [name]);
    for (const { message } of problems) report(message, "chains", index);
    for (const chain of chains) {
      const prefixes = settings.daemons[chain.daemon]?.prefixes ?? chain.prefixes;
      const { dest: usual, ...rest } = chain;
      const dest = notary.dest[chain.symbol] ?? usual;
      selected.set(chain.symbol, {
        chain: { ...rest, prefixes, ...(dest === undefined || dest === "none" ? {} : { dest }) },
        index,
        ...(placed === undefined ? {} : { placed }),
      });
    }
  }
  return [...selected.values()];
}

function checkPassphrases({ settings, secrets: { passphrases }, at }: Checked): Problem[] {
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
