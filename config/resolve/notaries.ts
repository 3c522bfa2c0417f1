import { deriveKeys, readPassphrase } from "../../chains/keys";
import type { Registry } from "../../chains/list/registry";
import type { Position, Problem } from "../../input/problem";
import type { Path } from "../../input/source";
import { deployedChains, witnessHosts } from "../../notary/placement";
import { missingDests } from "../../notary/rpcGraph";
import { checkKubernetes } from "../../platforms/kubernetes/rules";
import type { Stack } from "../load";
import { checkDaemonPorts } from "../rules/daemonPorts";
import { checkHosts, dockerHosts } from "../rules/hosts";
import { checkImages } from "../rules/images";
import { checkNames } from "../rules/names";
import { checkPorts } from "../rules/ports";
import type { NotarySettings, StackSettings } from "../schema/schema";
import type { Secrets } from "../secrets";
import { resolveIguana } from "./daemons";
import { checkExternal } from "./external";
import { placeChain, type Report, requireHost, selectNotaryChains, shiftedPort } from "./notaryChains";
import { checkRegistries } from "./registries";

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
    ...checkDaemonPorts(checked, notaries),
    ...checkRegistries(checked, notaries),
    ...checkNames(checked, notaries),
    ...checkPorts(checked, notaries),
    ...checkKubernetes(checked, notaries),
  );
  return { notaries, problems };
}

function resolveNotary(checked: Checked, notary: NotarySettings, report: Report): Stack["notaries"][number] {
  const { settings, secrets } = checked;
  const dockerNames = dockerHosts(settings.hosts).map((each) => each.name);
  const { host } = notary;
  requireHost(settings, host, report, "host");
  const selected = selectNotaryChains(checked, notary, report);
  const symbols = selected.map(({ chain }) => chain.symbol);
  for (const key of ["placement", "dest", "rotation"] as const) {
    for (const symbol of Object.keys(notary[key])) {
      if (!symbols.includes(symbol))
        report(`${symbol} is not among the chains of ${notary.name}`, key, symbol);
    }
  }
  for (const message of missingDests(selected.map(({ chain }) => chain))) report(message, "chains");
  const chains = selected.map((chain) => placeChain(checked, notary, chain, report));
  const used = new Set([host, ...deployedChains({ chains }).map((chain) => chain.host)]);
  return {
    name: notary.name,
    passphrase: secrets.passphrases[notary.name] ?? "",
    host,
    ipAddress: notary.address ?? settings.hosts.find(({ name }) => name === host)?.address ?? "",
    peers: notary.peers,
    linkPort: shiftedPort(notary, "links from elsewhere", notary.linkPort, report),
    // On Kubernetes a lease object takes their place.
    witnesses: dockerNames.includes(host)
      ? witnessHosts(
          host,
          dockerNames.filter((name) => used.has(name)),
        )
      : [],
    agentImage: settings.images.agent,
    iguana: resolveIguana(settings.iguana, notary.iguana),
    chains,
  };
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
