import { isObject } from "../json";
import { Problems, RPC_PASSWORD, RPC_USER, readJson, SYMBOL, type TextRule } from "../programFile";
import { methodProblem } from "./methods";
import { ANY, type FilterChain, type FilterClient, type FilterPlan, type FilterSecrets } from "./plan";

const CLIENT: TextRule = { pattern: /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, what: "a client's name" };
const METHOD: TextRule = { pattern: /^./, what: "a method's name" };

/** Reads the plan. Throws ConfigurationError where it is missing or wrong. */
export function readPlan(path: string): FilterPlan {
  const { port, clients, chains } = readJson(path);
  const problems = new Problems(path);
  const known = entriesOf(chains, "chains", problems).map(([symbol, chain]): [string, FilterChain] => {
    problems.text(symbol, `chains.${symbol}`, SYMBOL);
    const { rpcPort } = isObject(chain) ? chain : {};
    return [symbol, { rpcPort: problems.port(rpcPort, `chains.${symbol}.rpcPort`) }];
  });
  const symbols = known.map(([symbol]) => symbol);
  const plan: FilterPlan = {
    port: problems.port(port, "port"),
    chains: Object.fromEntries(known),
    clients: Object.fromEntries(
      entriesOf(clients, "clients", problems).map(([name, client]): [string, FilterClient] => {
        problems.text(name, `clients.${name}`, CLIENT);
        return [name, readClient(client, `clients.${name}`, symbols, problems)];
      }),
    ),
  };
  problems.end();
  return plan;
}

/** Reads the credentials. Throws ConfigurationError where they are missing, wrong, or lack a chain of the plan. */
export function readSecrets(path: string, plan: FilterPlan): FilterSecrets {
  const secrets = readJson(path);
  const problems = new Problems(path);
  const credentials = Object.keys(plan.chains).map((symbol): [string, FilterSecrets[string]] => {
    const given = Object.hasOwn(secrets, symbol) ? secrets[symbol] : undefined;
    const { rpcUser, rpcPassword } = isObject(given) ? given : {};
    return [
      symbol,
      {
        rpcUser: problems.text(rpcUser, `${symbol}.rpcUser`, RPC_USER),
        rpcPassword: problems.text(rpcPassword, `${symbol}.rpcPassword`, RPC_PASSWORD),
      },
    ];
  });
  problems.end();
  return Object.fromEntries(credentials);
}

function readClient(
  value: unknown,
  at: string,
  symbols: readonly string[],
  problems: Problems,
): FilterClient {
  const { chains, allow } = isObject(value) ? value : {};
  const called = problems.list(chains, `${at}.chains`).map((symbol, i) => {
    const text = problems.text(symbol, `${at}.chains[${i}]`, SYMBOL);
    if (text !== "" && !symbols.includes(text))
      problems.add(`${at}.chains[${i}]`, `must be one of chains, which are ${symbols.join(", ") || "none"}`);
    return text;
  });
  if (allow === undefined || allow === ANY) return { chains: called, allow };
  const methods = problems.list(allow, `${at}.allow`).map((method, i) => {
    const text = problems.text(method, `${at}.allow[${i}]`, METHOD);
    const problem = text === "" ? undefined : methodProblem(text);
    if (problem !== undefined) problems.add(`${at}.allow[${i}]`, problem);
    return text;
  });
  if (methods.length === 0) problems.add(`${at}.allow`, "must have a method, or be left out");
  return { chains: called, allow: methods };
}

function entriesOf(value: unknown, at: string, problems: Problems): [string, unknown][] {
  if (isObject(value)) return Object.entries(value);
  problems.add(at, "must be an object");
  return [];
}
