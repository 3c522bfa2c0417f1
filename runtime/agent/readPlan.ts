import { isObject } from "../json";
import { Problems, RPC_PASSWORD, RPC_USER, readJson, SYMBOL, type TextRule } from "../programFile";
import type {
  AgentCoin,
  AgentPlan,
  AgentSecrets,
  CoinSecrets,
  IguanaPlan,
  LeasePlan,
  NotaryCoin,
  ObjectLease,
  UtxoBounds,
  WitnessedLease,
} from "./plan";

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
const DESTINATION: TextRule = { pattern: /^./, what: "a symbol" };
const ADDRESS: TextRule = { pattern: /^[A-Za-z0-9]+$/, what: "an address" };
const PASSPHRASE: TextRule = { pattern: /^./s, what: "text" };
const WIF: TextRule = { pattern: /^[1-9A-HJ-NP-Za-km-z]+$/, what: "a WIF" };

/** Reads plan.json. Throws ConfigurationError where it is missing or wrong. */
export function readPlan(directory: string): AgentPlan {
  const path = `${directory}/plan.json`;
  const plan = readJson(path);
  const problems = new Problems(path);
  const { listenPort, publicKey, pollSeconds, certificates, iguana } = plan;
  const coins = problems.list(plan["coins"], "coins").map((coin) => (isObject(coin) ? coin : {}));
  const common = {
    listenPort: problems.port(listenPort, "listenPort"),
    pollSeconds: pollSeconds === undefined ? undefined : problems.positive(pollSeconds, "pollSeconds"),
    certificates: certificates === undefined ? undefined : readTimes(certificates, problems),
  };
  const key = (): string => problems.text(publicKey, "publicKey", PUBLIC_KEY);
  const result: AgentPlan =
    iguana === undefined
      ? {
          ...common,
          publicKey: publicKey === undefined ? undefined : key(),
          coins: coins.map((coin, i) => readCoin(coin, `coins[${i}]`, publicKey !== undefined, problems)),
        }
      : {
          ...common,
          publicKey: key(),
          iguana: readIguana(iguana, problems),
          coins: coins.map((coin, i) => readNotaryCoin(coin, `coins[${i}]`, problems)),
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
  const passphrase = plan.iguana === undefined ? undefined : readPassphrase(secrets["passphrase"], problems);
  const given = isObject(secrets["coins"]) ? secrets["coins"] : {};
  const coins = Object.fromEntries(
    plan.coins.map(({ symbol }) => [
      symbol,
      readCoinSecrets(given[symbol], `coins.${symbol}`, plan.publicKey !== undefined, problems),
    ]),
  );
  problems.end();
  return { passphrase, coins };
}

function readPassphrase(value: unknown, problems: Problems): string {
  const passphrase = problems.text(value, "passphrase", PASSPHRASE);
  // Iguana copies it into a buffer of 1024 bytes without a check.
  if (Buffer.byteLength(passphrase) > 1000) problems.add("passphrase", "must be at most 1000 bytes long");
  return passphrase;
}

function readIguana(value: unknown, problems: Problems): IguanaPlan {
  const { rpcPort, ipAddress, notaries, toldFile, lease } = isObject(value) ? value : {};
  return {
    rpcPort: problems.port(rpcPort, "iguana.rpcPort"),
    ipAddress: problems.ipv4(ipAddress, "iguana.ipAddress"),
    notaries: problems
      .list(notaries, "iguana.notaries")
      .map((ip, i) => problems.ipv4(ip, `iguana.notaries[${i}]`)),
    toldFile: problems.text(toldFile, "iguana.toldFile", ABSOLUTE_PATH),
    lease: lease === undefined ? undefined : readLease(lease, problems),
  };
}

function readLease(value: unknown, problems: Problems): LeasePlan {
  const lease = isObject(value) ? value : {};
  if ("object" in lease && "witnesses" in lease)
    problems.add("iguana.lease", "must have either witnesses or an object, not both");
  const by = "object" in lease ? readLeaseObject(lease["object"], problems) : readWitnesses(lease, problems);
  const holder = problems.text(lease["holder"], "iguana.lease.holder", ONE_LINE);
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
  const witnesses = problems.list(lease["witnesses"], "iguana.lease.witnesses").map((witness, i) => {
    const at = `iguana.lease.witnesses[${i}]`;
    const { name, port } = isObject(witness) ? witness : {};
    return {
      name: problems.text(name, `${at}.name`, HOST_NAME),
      port: problems.port(port, `${at}.port`),
    };
  });
  const ports = witnesses.map(({ port }) => port);
  // A witness that is counted twice could be a majority by itself.
  if (new Set(ports).size < ports.length) problems.add("iguana.lease.witnesses", "must have different ports");
  if (witnesses.length === 0) problems.add("iguana.lease.witnesses", "must be at least one");
  return { witnesses };
}

function readLeaseObject(value: unknown, problems: Problems): Pick<ObjectLease, "object"> {
  const { namespace, name } = isObject(value) ? value : {};
  return {
    object: {
      namespace: problems.text(namespace, "iguana.lease.object.namespace", NAMESPACE),
      name: problems.text(name, "iguana.lease.object.name", OBJECT_NAME),
    },
  };
}

/** @param hasKey whether the node has a key, and so an address on the chain */
function readCoin(
  coin: Readonly<Record<string, unknown>>,
  at: string,
  hasKey: boolean,
  problems: Problems,
): AgentCoin {
  return {
    symbol: problems.text(coin["symbol"], `${at}.symbol`, SYMBOL),
    rpcPort: problems.port(coin["rpcPort"], `${at}.rpcPort`),
    address: hasKey ? problems.text(coin["address"], `${at}.address`, ADDRESS) : undefined,
    importsKey: coin["importsKey"] === false ? false : undefined,
  };
}

function readNotaryCoin(coin: Readonly<Record<string, unknown>>, at: string, problems: Problems): NotaryCoin {
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
    ...readCoin(coin, at, false, problems),
    address: problems.text(coin["address"], `${at}.address`, ADDRESS),
    addcoin: fields,
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

function readDpow(value: unknown, at: string, problems: Problems): NotaryCoin["dpow"] {
  const { dest, freq } = isObject(value) ? value : {};
  if (typeof freq !== "number") problems.add(`${at}.freq`, "must be a number");
  return { dest: problems.text(dest, `${at}.dest`, DESTINATION), freq: Number(freq) };
}

function readCoinSecrets(value: unknown, at: string, hasKey: boolean, problems: Problems): CoinSecrets {
  const { rpcUser, rpcPassword, wif } = isObject(value) ? value : {};
  return {
    rpcUser: problems.text(rpcUser, `${at}.rpcUser`, RPC_USER),
    rpcPassword: problems.text(rpcPassword, `${at}.rpcPassword`, RPC_PASSWORD),
    wif: hasKey ? problems.text(wif, `${at}.wif`, WIF) : undefined,
  };
}
