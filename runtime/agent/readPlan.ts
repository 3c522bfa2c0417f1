import { readFileSync } from "node:fs";
import { isIPv4 } from "node:net";
import { isObject, parseJson } from "../json";
import type {
  AgentCoin,
  AgentPlan,
  AgentSecrets,
  CoinSecrets,
  LeasePlan,
  ObjectLease,
  UtxoBounds,
  WitnessedLease,
} from "./plan";

/** The agent's files are missing or wrong. Trying again does not help. */
export class ConfigurationError extends Error {}

/** What a text may be, as a pattern and for people. */
interface TextRule {
  readonly pattern: RegExp;
  readonly what: string;
}

const PUBLIC_KEY: TextRule = { pattern: /^0[23][0-9a-f]{64}$/, what: "66 hex digits" };
const ABSOLUTE_PATH: TextRule = { pattern: /^\//, what: "an absolute path" };
const ONE_LINE: TextRule = { pattern: /^\P{Cc}{1,300}$/u, what: "text of one line" };
const HOST_NAME: TextRule = { pattern: /^\P{Cc}+$/u, what: "a host's name" };
const NAMESPACE: TextRule = {
  pattern: /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
  what: "a namespace's name: at most 63 of a-z, 0-9 and -",
};
const OBJECT_NAME: TextRule = {
  pattern: /^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$/,
  what: "an object's name: at most 253 of a-z, 0-9, - and .",
};
/** Iguana's buffer for a symbol has 16 bytes. */
const SYMBOL: TextRule = { pattern: /^[A-Za-z0-9_-]{1,15}$/, what: "1 to 15 letters, digits, _ or -" };
const DESTINATION: TextRule = { pattern: /^./, what: "a symbol" };
const ADDRESS: TextRule = { pattern: /^[A-Za-z0-9]+$/, what: "an address" };
const PASSPHRASE: TextRule = { pattern: /^./s, what: "text" };
/** A colon would break authentication on Iguana's side. */
const RPC_USER: TextRule = { pattern: /^[^:]+$/, what: "text without a colon" };
const RPC_PASSWORD: TextRule = { pattern: /^./, what: "text" };
const WIF: TextRule = { pattern: /^[1-9A-HJ-NP-Za-km-z]+$/, what: "a WIF" };

/** Reads plan.json. Throws ConfigurationError where it is missing or wrong. */
export function readPlan(directory: string): AgentPlan {
  const path = `${directory}/plan.json`;
  const plan = readJson(path);
  const problems = new Problems(path);
  const {
    iguanaRpcPort,
    listenPort,
    publicKey,
    ipAddress,
    notaries,
    coins,
    pollSeconds,
    lease,
    toldFile,
    certificates,
  } = plan;
  const result: AgentPlan = {
    iguanaRpcPort: problems.port(iguanaRpcPort, "iguanaRpcPort"),
    listenPort: problems.port(listenPort, "listenPort"),
    publicKey: problems.text(publicKey, "publicKey", PUBLIC_KEY),
    ipAddress: problems.ipv4(ipAddress, "ipAddress"),
    notaries: problems.list(notaries, "notaries").map((ip, i) => problems.ipv4(ip, `notaries[${i}]`)),
    coins: problems.list(coins, "coins").map((coin, i) => readCoin(coin, `coins[${i}]`, problems)),
    pollSeconds: pollSeconds === undefined ? undefined : problems.positive(pollSeconds, "pollSeconds"),
    lease: lease === undefined ? undefined : readLease(lease, problems),
    certificates: certificates === undefined ? undefined : readTimes(certificates, problems),
    toldFile: problems.text(toldFile, "toldFile", ABSOLUTE_PATH),
  };
  const symbols = result.coins.map((coin) => coin.symbol);
  const twice = symbols.find((symbol, i) => symbols.indexOf(symbol) !== i);
  if (twice !== undefined) problems.add("coins", `names ${twice} twice`);
  problems.end();
  return result;
}

/** Reads secrets.json. Throws ConfigurationError where it is missing, wrong, or lacks a coin of the plan. */
export function readSecrets(directory: string, plan: AgentPlan): AgentSecrets {
  const path = `${directory}/secrets.json`;
  const secrets = readJson(path);
  const problems = new Problems(path);
  const passphrase = problems.text(secrets["passphrase"], "passphrase", PASSPHRASE);
  // Iguana copies it into a buffer of 1024 bytes without a check.
  if (Buffer.byteLength(passphrase) > 1000) problems.add("passphrase", "must be at most 1000 bytes long");
  const given = isObject(secrets["coins"]) ? secrets["coins"] : {};
  const coins = Object.fromEntries(
    plan.coins.map(({ symbol }) => [symbol, readCoinSecrets(given[symbol], `coins.${symbol}`, problems)]),
  );
  problems.end();
  return { passphrase, coins };
}

function readLease(value: unknown, problems: Problems): LeasePlan {
  const lease = isObject(value) ? value : {};
  if ("object" in lease && "witnesses" in lease)
    problems.add("lease", "must have either witnesses or an object, not both");
  const by = "object" in lease ? readLeaseObject(lease["object"], problems) : readWitnesses(lease, problems);
  const holder = problems.text(lease["holder"], "lease.holder", ONE_LINE);
  return { holder, ...by };
}

function readTimes(value: unknown, problems: Problems): Record<string, string> {
  const times = Object.entries(isObject(value) ? value : {}).map(([name, time]): [string, string] => {
    const isTime = typeof time === "string" && !Number.isNaN(Date.parse(time));
    if (!isTime) problems.add(`certificates.${name}`, "must be a time such as 2030-01-31T12:00:00Z");
    return [name, String(time)];
  });
  return Object.fromEntries(times);
}

function readWitnesses(
  lease: Readonly<Record<string, unknown>>,
  problems: Problems,
): Pick<WitnessedLease, "witnesses"> {
  const witnesses = problems.list(lease["witnesses"], "lease.witnesses").map((witness, i) => {
    const at = `lease.witnesses[${i}]`;
    const { name, port } = isObject(witness) ? witness : {};
    return {
      name: problems.text(name, `${at}.name`, HOST_NAME),
      port: problems.port(port, `${at}.port`),
    };
  });
  const ports = witnesses.map(({ port }) => port);
  // A witness that is counted twice could be a majority by itself.
  if (new Set(ports).size < ports.length) problems.add("lease.witnesses", "must have different ports");
  if (witnesses.length === 0) problems.add("lease.witnesses", "must be at least one");
  return { witnesses };
}

function readLeaseObject(value: unknown, problems: Problems): Pick<ObjectLease, "object"> {
  const { namespace, name } = isObject(value) ? value : {};
  return {
    object: {
      namespace: problems.text(namespace, "lease.object.namespace", NAMESPACE),
      name: problems.text(name, "lease.object.name", OBJECT_NAME),
    },
  };
}

function readCoin(value: unknown, at: string, problems: Problems): AgentCoin {
  const coin = isObject(value) ? value : {};
  const addcoin = isObject(coin["addcoin"]) ? coin["addcoin"] : {};
  const fields: Record<string, string | number> = {};
  for (const [key, field] of Object.entries(addcoin)) {
    if (typeof field === "string" || typeof field === "number") fields[key] = field;
    else problems.add(`${at}.addcoin.${key}`, "must be text or a number");
  }
  if (Object.keys(addcoin).length === 0) problems.add(`${at}.addcoin`, "must be Iguana's addcoin request");
  if ("userpass" in fields)
    problems.add(`${at}.addcoin`, "must hold no userpass, credentials are in secrets.json");
  return {
    symbol: problems.text(coin["symbol"], `${at}.symbol`, SYMBOL),
    rpcPort: problems.port(coin["rpcPort"], `${at}.rpcPort`),
    address: problems.text(coin["address"], `${at}.address`, ADDRESS),
    addcoin: fields,
    importsKey: coin["importsKey"] === false ? false : undefined,
    dpow: coin["dpow"] === undefined ? undefined : readDpow(coin["dpow"], `${at}.dpow`, problems),
    utxoSize: problems.count(coin["utxoSize"], `${at}.utxoSize`),
    utxos: coin["utxos"] === undefined ? undefined : readUtxos(coin["utxos"], `${at}.utxos`, problems),
  };
}

function readUtxos(value: unknown, at: string, problems: Problems): UtxoBounds {
  const bounds = isObject(value) ? value : {};
  const low = problems.count(bounds["low"], `${at}.low`);
  const high = problems.count(bounds["high"], `${at}.high`);
  if (low > high) problems.add(`${at}.high`, "must not be less than low");
  return { low, high, dryRun: bounds["dryRun"] === true ? true : undefined };
}

function readDpow(value: unknown, at: string, problems: Problems): AgentCoin["dpow"] {
  const { dest, freq } = isObject(value) ? value : {};
  if (typeof freq !== "number") problems.add(`${at}.freq`, "must be a number");
  return { dest: problems.text(dest, `${at}.dest`, DESTINATION), freq: Number(freq) };
}

function readCoinSecrets(value: unknown, at: string, problems: Problems): CoinSecrets {
  const { rpcUser, rpcPassword, wif } = isObject(value) ? value : {};
  return {
    rpcUser: problems.text(rpcUser, `${at}.rpcUser`, RPC_USER),
    rpcPassword: problems.text(rpcPassword, `${at}.rpcPassword`, RPC_PASSWORD),
    wif: problems.text(wif, `${at}.wif`, WIF),
  };
}

function readJson(path: string): Readonly<Record<string, unknown>> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (failure) {
    const code = failure instanceof Error && "code" in failure ? failure.code : failure;
    throw new ConfigurationError(`${path} cannot be read by uid ${process.getuid?.() ?? "?"} (${code})`);
  }
  const value = parseJson(text);
  if (!isObject(value)) throw new ConfigurationError(`${path} is not a JSON object`);
  return value;
}

/** Collects what is wrong in one file, and says all of it at once. It never quotes a value, because some are secret. */
class Problems {
  private readonly found: string[] = [];

  constructor(private readonly path: string) {}

  add(at: string, message: string): void {
    this.found.push(`${at} ${message}`);
  }

  end(): void {
    if (this.found.length > 0) throw new ConfigurationError(`${this.path}: ${this.found.join("; ")}`);
  }

  text(value: unknown, at: string, { pattern, what }: TextRule): string {
    if (typeof value === "string" && pattern.test(value)) return value;
    this.add(at, `must be ${what}`);
    return "";
  }

  positive(value: unknown, at: string): number {
    if (typeof value === "number" && value > 0) return value;
    this.add(at, "must be a number above 0");
    return 0;
  }

  count(value: unknown, at: string): number {
    if (typeof value === "number" && Number.isSafeInteger(value) && value > 0) return value;
    this.add(at, "must be a whole number above 0");
    return 0;
  }

  port(value: unknown, at: string): number {
    if (typeof value === "number" && Number.isInteger(value) && value > 0 && value < 65536) return value;
    this.add(at, "must be a port, 1 to 65535");
    return 0;
  }

  ipv4(value: unknown, at: string): string {
    if (typeof value === "string" && isIPv4(value)) return value;
    this.add(at, "must be an IPv4 address");
    return "";
  }

  list(value: unknown, at: string): readonly unknown[] {
    if (Array.isArray(value)) return value;
    this.add(at, "must be a list");
    return [];
  }
}
