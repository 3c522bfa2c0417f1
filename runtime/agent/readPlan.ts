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
  WitnessedLease,
} from "./plan";

/** The agent's files are missing or wrong; trying again does not help. */
export class ConfigurationError extends Error {}

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
  const result = {
    iguanaRpcPort: problems.port(iguanaRpcPort, "iguanaRpcPort"),
    listenPort: problems.port(listenPort, "listenPort"),
    publicKey: problems.text(publicKey, "publicKey", /^0[23][0-9a-f]{64}$/, "66 hex digits"),
    ipAddress: problems.ipv4(ipAddress, "ipAddress"),
    notaries: problems.list(notaries, "notaries").map((ip, i) => problems.ipv4(ip, `notaries[${i}]`)),
    coins: problems.list(coins, "coins").map((coin, i) => readCoin(coin, `coins[${i}]`, problems)),
    ...(lease === undefined ? {} : { lease: readLease(lease, problems) }),
    ...(certificates === undefined ? {} : { certificates: readTimes(certificates, problems) }),
    toldFile: problems.text(toldFile, "toldFile", /^\//, "an absolute path"),
  };
  const symbols = result.coins.map((coin) => coin.symbol);
  const twice = symbols.find((symbol, i) => symbols.indexOf(symbol) !== i);
  if (twice !== undefined) problems.add("coins", `names ${twice} twice`);
  if (pollSeconds !== undefined && !(typeof pollSeconds === "number" && pollSeconds > 0))
    problems.add("pollSeconds", "must be a number above 0");
  problems.end();
  return typeof pollSeconds === "number" ? { ...result, pollSeconds } : result;
}

export function readSecrets(directory: string, plan: AgentPlan): AgentSecrets {
  const path = `${directory}/secrets.json`;
  const secrets = readJson(path);
  const problems = new Problems(path);
  const passphrase = problems.text(secrets["passphrase"], "passphrase", /^./s, "text");
  // Iguana copies it into a buffer of 1024 bytes without looking.
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
  const holder = problems.text(lease["holder"], "lease.holder", /^\P{Cc}{1,300}$/u, "text of one line");
  return { holder, ...by };
}

function readTimes(value: unknown, problems: Problems): Record<string, string> {
  const times = Object.entries(isObject(value) ? value : {}).map(([name, time]): [string, string] => {
    const isTime = typeof time === "string" && !Number.isNaN(Date.parse(time));
    if (!isTime) problems.add(`certificates.${name}`, "must be a time, as 2030-01-31T12:00:00Z");
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
      name: problems.text(name, `${at}.name`, /^\P{Cc}+$/u, "a host's name"),
      port: problems.port(port, `${at}.port`),
    };
  });
  const ports = witnesses.map(({ port }) => port);
  // A witness that counts twice would be a majority by itself.
  if (new Set(ports).size < ports.length) problems.add("lease.witnesses", "must have a port each");
  if (witnesses.length === 0) problems.add("lease.witnesses", "must be at least one");
  return { witnesses };
}

function readLeaseObject(value: unknown, problems: Problems): Pick<ObjectLease, "object"> {
  const { namespace, name } = isObject(value) ? value : {};
  return {
    object: {
      namespace: problems.text(
        namespace,
        "lease.object.namespace",
        /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
        "a namespace's name: at most 63 of a-z, 0-9 and -",
      ),
      name: problems.text(
        name,
        "lease.object.name",
        /^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$/,
        "an object's name: at most 253 of a-z, 0-9, - and .",
      ),
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
  const result = {
    // Iguana's buffer for it has 16 bytes.
    symbol: problems.text(
      coin["symbol"],
      `${at}.symbol`,
      /^[A-Za-z0-9_-]{1,15}$/,
      "1 to 15 letters, digits, _ or -",
    ),
    rpcPort: problems.port(coin["rpcPort"], `${at}.rpcPort`),
    address: problems.text(coin["address"], `${at}.address`, /^[A-Za-z0-9]+$/, "an address"),
    addcoin: fields,
    ...(coin["importsKey"] === false ? { importsKey: false } : {}),
  };
  const dpow = coin["dpow"];
  if (dpow === undefined) return result;
  const { dest, freq } = isObject(dpow) ? dpow : {};
  if (typeof freq !== "number") problems.add(`${at}.dpow.freq`, "must be a number");
  return {
    ...result,
    dpow: { dest: problems.text(dest, `${at}.dpow.dest`, /^./, "a symbol"), freq: Number(freq) },
  };
}

function readCoinSecrets(value: unknown, at: string, problems: Problems): CoinSecrets {
  const { rpcUser, rpcPassword, wif } = isObject(value) ? value : {};
  return {
    // A colon in it breaks authentication on Iguana's side.
    rpcUser: problems.text(rpcUser, `${at}.rpcUser`, /^[^:]+$/, "text without a colon"),
    rpcPassword: problems.text(rpcPassword, `${at}.rpcPassword`, /^./, "text"),
    wif: problems.text(wif, `${at}.wif`, /^[1-9A-HJ-NP-Za-km-z]+$/, "a WIF"),
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

/** Collects what is wrong in one file and says all of it at once; never a value, for some are secret. */
class Problems {
  private readonly found: string[] = [];

  constructor(private readonly path: string) {}

  add(at: string, message: string): void {
    this.found.push(`${at} ${message}`);
  }

  end(): void {
    if (this.found.length > 0) throw new ConfigurationError(`${this.path}: ${this.found.join("; ")}`);
  }

  text(value: unknown, at: string, pattern: RegExp, what: string): string {
    if (typeof value === "string" && pattern.test(value)) return value;
    this.add(at, `must be ${what}`);
    return "";
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
