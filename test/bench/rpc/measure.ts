import { prepareDocker } from "../../../setup/docker";
import { prepareImages } from "../../../setup/images";
import { docker } from "../../testbed/docker";
import { DAEMONS, readContainerFile, untilWhole } from "../../testbed/notary";
import { TestStack } from "../../testbed/stack";
import { Caller, type Round } from "./caller";

const NOTARY = "bench";
const LISTEN = "127.0.0.9";
const ROUNDS = 10;

/** One kind of call, past the proxies and through them. */
export interface Compared {
  readonly method: string;
  readonly concurrency: number;
  /** Milliseconds of each call. */
  readonly direct: readonly number[];
  readonly bridged: readonly number[];
}

export interface RpcMeasurement {
  readonly compared: readonly Compared[];
  /** Memory of the containers that every workload has beside its own, as the engine tells it. */
  readonly memory: Readonly<Record<string, string>>;
}

/** Calls LTC of a notary with two chains from beside the daemon, and from beside Iguana through both proxies. */
export async function measureRpc(calls: number): Promise<RpcMeasurement> {
  await prepareDocker();
  await prepareImages();
  const stack = await TestStack.create(NOTARY, "the phrase of a bench", LISTEN);
  try {
    stack.changeNotary((notary) => {
      notary.chains = ["KMD", "LTC"];
    });
    await stack.up();
    await untilWhole(NOTARY, 120, 2);
    return { compared: await compare(calls), memory: await proxyMemory() };
  } finally {
    await stack.destroy();
  }
}

async function compare(calls: number): Promise<Compared[]> {
  const { container, conf, port } = DAEMONS.LTC;
  const text = await readContainerFile(`${NOTARY}-${container}`, conf);
  const value = (key: string) => new RegExp(`^${key}=(.*)$`, "m").exec(text)?.[1] ?? "";
  const credentials = `${value("rpcuser")}:${value("rpcpassword")}`;
  const beside = new Caller(`${NOTARY}-${container}-pause`, port, credentials);
  const bridged = new Caller(`${NOTARY}-iguana-pause`, port, credentials);
  const compared: Compared[] = [];
  try {
    for (const method of ["getblockcount", "getblockchaininfo", "help"]) {
      for (const concurrency of [1, 8]) {
        const round = { method, concurrency, calls: calls / ROUNDS };
        compared.push({ method, concurrency, ...(await alternate(beside, bridged, round)) });
      }
    }
  } finally {
    await beside.end();
    await bridged.end();
  }
  return compared;
}

/** In turns, so that what else the machine does meets both. */
async function alternate(beside: Caller, through: Caller, round: Round) {
  const direct: number[] = [];
  const bridged: number[] = [];
  await beside.run(round);
  await through.run(round);
  for (let index = 0; index < ROUNDS; index++) {
    direct.push(...(await beside.run(round)));
    bridged.push(...(await through.run(round)));
  }
  return { direct, bridged };
}

async function proxyMemory(): Promise<Record<string, string>> {
  const names = ["iguana-pause", "iguana-proxy", "ltc-pause", "ltc-proxy"];
  const format = "{{.Name}}\t{{.MemUsage}}";
  const containers = names.map((name) => `${NOTARY}-${name}`);
  const text = await docker("stats", "--no-stream", "--format", format, ...containers);
  return Object.fromEntries(
    text.split("\n").map((line): [string, string] => {
      const [name = "", usage = ""] = line.split("\t");
      return [name, usage.split(" / ")[0] ?? usage];
    }),
  );
}
