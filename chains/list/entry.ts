import { posix } from "node:path";
import type { Problem } from "../../input/problem";
import { checkShape } from "../../input/shape";
import { isRecord, type Path, type YamlSource } from "../../input/source";
import { found, pathText } from "../../input/wording";
import type { Chain } from "../chain";
import { type DaemonTable, daemonDefaults } from "../daemons";
import { flagName } from "../ownFlags";
import { type ChainPorts, chainPorts, KMD_PORTS } from "../ports/ports";
import { HOME } from "./daemonFlags";
import { type EntryValues, entryShape, holdsPassword, KOMODO_PREFIXES } from "./entryShape";
import { isParameter, portParameters, renderFlags } from "./parameters";
import { refusals } from "./refusals";

export interface ResolvedEntry {
  /** Known if the entry states it, even if something else in the entry is wrong. */
  readonly symbol?: string | undefined;
  /** Absent if there are problems. */
  readonly chain?: Chain | undefined;
  readonly problems: readonly Problem[];
}

/**
 * Turns one entry of the list into a chain.
 * @param daemons the list's own key `daemons`
 */
export function resolveEntry(source: YamlSource, path: Path, daemons: DaemonTable): ResolvedEntry {
  const raw = source.at(path);
  const symbol = isRecord(raw) ? symbolOf(raw) : undefined;
  const shaped = checkShape(source, entryShape, {
    at: path,
    isSecret: (inner) => holdsPassword(inner, source.at(inner)),
  });
  if (shaped.value === undefined || !isRecord(raw)) {
    return { symbol, problems: shaped.problems };
  }
  const entry = { source, path, values: shaped.value, keys: Object.keys(raw), daemons };
  if (symbol === undefined) {
    const message = `${pathText(path)} lacks "ac_name" or "symbol", one of which must name the chain`;
    return { problems: [{ message, position: source.position(path) }] };
  }
  const ports = portsOf(entry, symbol);
  const problems = [...nameProblems(entry, symbol), ...parameterProblems(entry), ...ports.problems];
  if (problems.length > 0 || !ports.value) {
    return { symbol, problems };
  }
  return { symbol, problems, chain: chainOf(entry, symbol, ports.value) };
}

interface Entry {
  readonly source: YamlSource;
  readonly path: Path;
  readonly values: EntryValues;
  /** The keys of the entry, in the order written. */
  readonly keys: readonly string[];
  readonly daemons: DaemonTable;
}

/**
 * The symbol of an entry: its key `symbol`, or else its ac_name. With a data directory of its own it is
 * `ac_name_DIRECTORY`, because dPoW's list has GLEEC twice, and Iguana knows the second one as GLEEC_OLD
 * (docs/internals/domain.md, the lists of chains).
 */
export function symbolOf(raw: Record<string, unknown>): string | undefined {
  const { symbol, ac_name: name, datadir } = raw;
  if (typeof symbol === "string" || typeof name !== "string") {
    return typeof symbol === "string" ? symbol : undefined;
  }
  if (typeof datadir !== "string") {
    return name;
  }
  const directory = posix.basename(datadir).toUpperCase();
  return directory.startsWith(`${name.toUpperCase()}_`) ? directory : `${name}_${directory}`;
}

function nameProblems({ source, path, keys }: Entry, symbol: string): Problem[] {
  const key = keys.includes("symbol") ? "symbol" : "ac_name";
  if (symbol.toLowerCase() === "iguana") {
    const message = `${pathText(path)}: no chain may have the symbol ${found(symbol)}, which is Iguana's own; give the chain another "symbol"`;
    return [{ message, position: source.position([...path, key]) }];
  }
  // Iguana copies the symbol into 16 bytes (docs/internals/domain.md, a chain's symbol). Its form in DNS names may not
  // begin or end with a hyphen.
  if (/^[A-Za-z0-9]([A-Za-z0-9_]{0,13}[A-Za-z0-9])?$/.test(symbol)) {
    return [];
  }
  const message =
    `${found(symbol)} is a name Iguana cannot hold: a symbol has 1 to 15 letters, digits or _, ` +
    `and no _ at either end${key === "symbol" ? "" : '; give the chain a "symbol"'}`;
  return [{ message, position: source.position([...path, key]) }];
}

function parameterProblems(entry: Entry): Problem[] {
  const { source, path, values, keys } = entry;
  const at = (key: string, message: string): Problem => {
    const place = [...path, key];
    return { message: `${pathText(place)}: ${message}`, position: source.position(place) };
  };
  const name = values.ac_name;
  const wasted =
    values.url === undefined || values.bootstrap === undefined
      ? []
      : [
          at(
            "bootstrap",
            "somebody else runs the daemon, as `url` says, so there is no volume to fill; leave one of the two out",
          ),
        ];
  if (name === undefined) {
    return [
      ...wasted,
      ...keys.filter((key) => key.startsWith("ac_")).map((key) => at(key, "it needs ac_name")),
      ...flagProblems(entry),
      ...plainDatadirProblems(entry),
    ];
  }
  const problems = refusals(name, values).map(({ key, message }) => at(key, message));
  if (values.conf !== undefined && values.conf !== confPathOf(values)) {
    problems.push(
      at("conf", `an assetchain's daemon reads ${confPathOf(values)}; found ${found(values.conf)}`),
    );
  }
  return [...wasted, ...problems, ...flagProblems(entry)];
}

/** Reports flags that set what a key of the entry sets. */
function flagProblems({ source, path, values }: Entry): Problem[] {
  const problems: Problem[] = [];
  (values.flags ?? []).forEach((flag, index) => {
    const key = flagName(flag);
    const place = [...path, "flags", index];
    // No port is computed for another daemon, so it may have such parameters among its flags.
    const isKomodods = values.daemon === "komodod" && (key.startsWith("ac_") || key === "port");
    if (isKomodods || key === "datadir") {
      const message = `${pathText(place)}: write ${key} as a key of the entry; ports and paths come from the keys`;
      problems.push({ message, position: source.position(place) });
    } else if (key === "port" && flag.replace(/^[^=]*=?/, "") !== String(values.p2pPort)) {
      const message = `${pathText(place)}: the port is that of the key p2pPort, ${found(values.p2pPort)}; found ${found(flag)}`;
      problems.push({ message, position: source.position(place) });
    }
  });
  return problems;
}

/** Reports a `datadir` that cannot be kept: a daemon without ac_name always gets the directory of its conf. */
function plainDatadirProblems({ source, path, values }: Entry): Problem[] {
  const { datadir } = values;
  const own = `${HOME}/${posix.dirname(confPathOf(values))}`;
  if (datadir === undefined || datadir === own) return [];
  const place = [...path, "datadir"];
  const message = `${pathText(place)}: the daemon keeps its data where its conf is, in ${own}; found ${found(datadir)}. Leave datadir out, or state conf`;
  return [{ message, position: source.position(place) }];
}

type Ports = Pick<ChainPorts, "p2pPort" | "rpcPort"> & Partial<Pick<ChainPorts, "magic" | "wireMagic">>;

function portsOf(entry: Entry, symbol: string): { value?: Ports | undefined; problems: Problem[] } {
  const { source, path, values } = entry;
  const name = values.ac_name;
  if (values.daemon !== "komodod") {
    return statedPorts(entry);
  }
  if (name === undefined && symbol !== "KMD") {
    const message =
      `${pathText(path)}: komodod without ac_name runs KMD; found the symbol ${found(symbol)}. ` +
      "Give it an ac_name, or another daemon";
    return { problems: [{ message, position: source.position([...path, "symbol"]) }] };
  }
  const ports = name === undefined ? KMD_PORTS : chainPorts(portParameters(name, values));
  const problems = (["p2pPort", "rpcPort"] as const).flatMap((key): Problem[] => {
    const stated = values[key];
    if (stated === undefined || stated === ports[key]) {
      return [];
    }
    const place = [...path, key];
    const computed = `komodod computes ${ports[key]} from these parameters; found ${stated}`;
    return [{ message: `${pathText(place)}: ${computed}`, position: source.position(place) }];
  });
  return { value: ports, problems };
}

function statedPorts({ source, path, values }: Entry): { value?: Ports | undefined; problems: Problem[] } {
  const { p2pPort, rpcPort } = values;
  if (p2pPort !== undefined && rpcPort !== undefined) {
    return { value: { p2pPort, rpcPort }, problems: [] };
  }
  const missing = (["p2pPort", "rpcPort"] as const).filter((key) => values[key] === undefined);
  const problems = missing.map((key) => ({
    message: `${pathText(path)} lacks "${key}", which must be stated: it cannot be computed for ${values.daemon}`,
    position: source.position(path),
  }));
  return { problems };
}

/** The path at which the daemon looks for its conf, relative to its home. */
function confPathOf(values: EntryValues): string {
  const name = values.ac_name;
  if (name !== undefined) {
    return `${dataDirectoryOf(name, values.datadir)}/${name}.conf`;
  }
  if (values.conf !== undefined) {
    return values.conf;
  }
  const stem = values.daemon === "komodod" ? "komodo" : values.daemon.replace(/d$/, "");
  return `.${stem}/${stem}.conf`;
}

/**
 * The directory of an assetchain's data and conf, relative to the daemon's home. `-datadir` moves the conf too
 * (docs/internals/domain.md, komodod's directory and conf). dPoW's list writes `${HOME}/.komodo/GLEEC_OLD`. A bare
 * `old` stands for the same directory.
 */
function dataDirectoryOf(name: string, datadir: string | undefined): string {
  if (datadir === undefined) {
    return `.komodo/${name}`;
  }
  return datadir.startsWith(HOME)
    ? datadir.slice(HOME.length + 1)
    : `.komodo/${name}_${datadir.toUpperCase()}`;
}

function chainOf({ source, path, values, keys, daemons }: Entry, symbol: string, ports: Ports): Chain {
  const { ac_name: name, daemon, image, url, bootstrap } = values;
  const confPath = confPathOf(values);
  const dataDirectory = posix.dirname(confPath);
  const parameters = { ...values, datadir: `${HOME}/${dataDirectory}` };
  const dest = values.dest ?? defaultDest(symbol, values);
  return {
    symbol,
    daemon,
    assetchain: name !== undefined,
    blocks: daemonDefaults(daemon, daemons).blocks,
    parameterFlags: renderFlags(keys.filter(isParameter), parameters),
    flags: values.flags ?? [],
    p2pPort: ports.p2pPort,
    rpcPort: ports.rpcPort,
    magic: ports.magic,
    wireMagic: ports.wireMagic,
    prefixes: values.prefixes ?? KOMODO_PREFIXES,
    dataDirectory,
    confPath,
    image,
    bootstrap,
    url,
    dest,
    freq: values.freq ?? defaultFreq(symbol, dest),
    status: values.status,
    position: source.position([...path, keys.includes("symbol") ? "symbol" : "ac_name"]),
  };
}

/**
 * The chain that Iguana notarises to if the entry does not say (docs/internals/domain.md, dpow). A chain that is
 * neither KMD nor an assetchain is notarised only if its entry states `dest`.
 */
function defaultDest(symbol: string, { ac_name: name, daemon }: EntryValues): string | undefined {
  if (name !== undefined) {
    return "KMD";
  }
  return symbol === "KMD" && daemon === "komodod" ? "LTC" : undefined;
}

/**
 * The frequency that Iguana's dpow takes if none is given. It has to be the same on all notaries
 * (docs/internals/domain.md, the frequency of notarisations).
 */
function defaultFreq(symbol: string, dest: string | undefined): number {
  if (dest === "LTC") {
    return 5;
  }
  return symbol === "CHIPS" || symbol.startsWith("TEST") ? 100 : 2;
}
