import { dockerAt, type EngineOf } from "./docker";
import { type Symbol as ChainSymbol, DAEMONS, readContainerFile } from "./notary";

export interface SteadyCalls {
  readonly total: number;
  /** The failure of each call that no daemon answered. */
  readonly failed: readonly string[];
  /** Number of calls that a daemon answered with "still loading" (-28), as it would without any proxy. */
  readonly loading: number;
  /** Milliseconds of the longest call. */
  readonly longest: number;
}

/** Runs in a container and opens a new connection for each call, as Iguana does. */
const PROGRAM = `
  const http = require("http");
  const { port, user, rate, seconds } = JSON.parse(process.argv[1]);
  const body = JSON.stringify({ id: "steady", method: "getblockcount", params: [] });
  const result = { total: 0, failed: [], loading: 0, longest: 0 };
  const one = () => new Promise((resolve) => {
    const started = Date.now();
    const done = (why) => {
      if (why) result.failed.push(why + " after " + (Date.now() - started) + " ms");
      result.longest = Math.max(result.longest, Date.now() - started);
      resolve();
    };
    result.total += 1;
    const headers = { "Content-Length": Buffer.byteLength(body) };
    const request = http.request({ port, auth: user, method: "POST", agent: false, headers }, (response) => {
      let text = "";
      response.on("data", (chunk) => { text += chunk; });
      response.on("end", () => {
        let answer;
        try { answer = JSON.parse(text); } catch { return done("HTTP " + response.statusCode + " " + text.slice(0, 80)); }
        if (answer.error && answer.error.code === -28) { result.loading += 1; return done(); }
        done(Number.isInteger(answer.result) ? undefined : text.slice(0, 80));
      });
    });
    request.on("error", (error) => done(error.code || error.message));
    request.end(body);
  });
  const calls = [];
  const timer = setInterval(() => calls.push(one()), 1000 / rate);
  setTimeout(async () => {
    clearInterval(timer);
    await Promise.all(calls);
    console.log(JSON.stringify(result));
  }, seconds * 1000);`;

/**
 * Calls a chain's RPC at a steady rate, from the network of a workload that calls it.
 * @param rate calls per second
 */
export async function callSteadily(
  { notary, symbol, from, at }: { notary: string; symbol: ChainSymbol; from: string; at: EngineOf },
  rate: number,
  seconds: number,
): Promise<SteadyCalls> {
  const { container, conf, port } = DAEMONS[symbol];
  const text = await readContainerFile(`${notary}-${container}`, conf, at);
  const value = (key: string) => new RegExp(`^${key}=(.*)$`, "m").exec(text)?.[1] ?? "";
  const user = `${value("rpcuser")}:${value("rpcpassword")}`;
  const job = JSON.stringify({ port, user, rate, seconds });
  const network = ["--network", `container:${from}`];
  const run = ["run", "--rm", ...network, "dokomodo-testbed/node:dev", "node", "-e", PROGRAM, job];
  return JSON.parse(await dockerAt(at(from), ...run));
}
