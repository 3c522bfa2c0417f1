import { dockerAt, type EngineOf, LOCAL, spawnBeside } from "./docker";

/** What became of calls at a steady rate. */
export interface Outcome {
  readonly total: number;
  /** Seconds from the start of the caller until it made no further call. */
  readonly seconds: number;
  /** The failure of each call that got no answer, although it was tried as often as Iguana tries. */
  readonly failed: readonly string[];
  /** Number of calls whose connection failed at least once, so that Iguana would have called again. */
  readonly repeated: number;
  /** The first failures of connections, for a person who looks for their cause. */
  readonly drops: readonly string[];
  /** Number of calls that a daemon answered with "still loading" (-28), as it would without any proxy. */
  readonly loading: number;
  /** Number of calls whose password a daemon refused (HTTP 401). */
  readonly refused: number;
  /** Milliseconds of the longest call. */
  readonly longest: number;
}

/** How a caller reaches a chain's daemon over its own loopback. */
interface Login {
  readonly port: number;
  /** `user:password` */
  readonly user: string;
}

/**
 * Runs in a container and calls as Iguana does: a new connection for each call, and three more attempts if the connection
 * fails, after 2, 4 and 8 seconds (docs/internals/domain.md, how Iguana calls a chain). It takes its logins from standard
 * input, line by line, so that they are no arguments and may change. At the end of the input it prints what became of the calls.
 */
const PROGRAM = `
  const http = require("http");
  const body = JSON.stringify({ id: "steady", method: "getblockcount", params: [] });
  const result = { total: 0, seconds: 0, failed: [], repeated: 0, drops: [], loading: 0, refused: 0, longest: 0 };
  const begin = Date.now();
  const attempt = ({ port, user }) => new Promise((resolve, reject) => {
    const headers = { "Content-Length": Buffer.byteLength(body) };
    const request = http.request({ port, auth: user, method: "POST", agent: false, headers }, (response) => {
      let text = "";
      response.on("data", (chunk) => { text += chunk; });
      response.on("error", reject);
      response.on("end", () => resolve({ status: response.statusCode, text }));
    });
    request.on("error", reject);
    request.end(body);
  });
  const judge = ({ status, text }) => {
    if (status === 401) return "refused";
    let answer;
    try { answer = JSON.parse(text); } catch { return "HTTP " + status + " " + text.slice(0, 80); }
    if (answer.error && answer.error.code === -28) return "loading";
    return Number.isInteger(answer.result) ? "answered" : text.slice(0, 80);
  };
  const call = async (symbol) => {
    const started = Date.now();
    result.total += 1;
    let verdict;
    for (const pause of [0, 2, 4, 8]) {
      await new Promise((resolve) => setTimeout(resolve, pause * 1000));
      const since = Date.now();
      try { verdict = judge(await attempt(logins[symbol])); break; }
      catch (error) {
        verdict = error.code || error.message;
        if (pause === 0) result.repeated += 1;
        if (result.drops.length < 50)
          result.drops.push([symbol, verdict, "after", Date.now() - since, "ms at", since - begin, "ms"].join(" "));
      }
    }
    if (verdict === "loading" || verdict === "refused") result[verdict] += 1;
    else if (verdict !== "answered") result.failed.push(symbol + ": " + verdict + " after " + (Date.now() - started) + " ms");
    result.longest = Math.max(result.longest, Date.now() - started);
  };
  let logins, timer;
  const calls = [];
  require("readline").createInterface({ input: process.stdin })
    .on("line", (line) => {
      logins = JSON.parse(line);
      timer ??= setInterval(() => { for (const symbol in logins) calls.push(call(symbol)); }, 1000 / Number(process.argv[1]));
    })
    .on("close", async () => {
      clearInterval(timer);
      result.seconds = (Date.now() - begin) / 1000;
      await Promise.all(calls);
      console.log(JSON.stringify(result));
    });`;

/** Calls of chains' RPC at a steady rate, from the network of a notary's Iguana and with Iguana's logins. */
export class SteadyCalls {
  private output = "";

  private constructor(
    private readonly notary: string,
    private readonly symbols: readonly string[],
    private readonly at: EngineOf,
    private readonly caller: ReturnType<typeof spawnBeside>,
  ) {
    caller.stdout.on("data", (text: Buffer) => {
      this.output += text;
    });
  }

  /** @param rate calls per second of each chain */
  static async start(
    notary: string,
    symbols: readonly string[],
    rate: number,
    at: EngineOf = LOCAL,
  ): Promise<SteadyCalls> {
    const caller = spawnBeside(`${notary}-iguana-pause`, at(`${notary}-iguana`), PROGRAM, String(rate));
    const calls = new SteadyCalls(notary, symbols, at, caller);
    await calls.takeLogins();
    return calls;
  }

  /** Takes the logins that Iguana has now, for all calls that follow. */
  async takeLogins(): Promise<void> {
    const logins = await loginsOf(this.notary, this.symbols, this.at);
    this.caller.stdin.write(`${JSON.stringify(logins)}\n`);
  }

  /** Makes no further call, and waits until all are done. */
  async end(): Promise<Outcome> {
    const ended = new Promise((resolve) => this.caller.once("close", resolve));
    this.caller.stdin.end();
    await ended;
    return JSON.parse(this.output);
  }
}

/** What Iguana has in its confs, keyed by symbol. */
async function loginsOf(
  notary: string,
  symbols: readonly string[],
  at: EngineOf,
): Promise<Record<string, Login>> {
  const iguana = `${notary}-iguana`;
  const script = `for conf in $(grep 'conf$' /run/dokomodo/files); do echo "conf=$conf"; cat "$HOME/$conf"; done`;
  const text = await dockerAt(at(iguana), "exec", iguana, "sh", "-c", script);
  const logins = text.split(/^conf=/m).map((conf): [string, Login] => {
    const value = (key: string) => new RegExp(`^${key}=(.*)$`, "m").exec(conf)?.[1] ?? "";
    const symbol = /([^/]+)\.conf\n/.exec(conf)?.[1] ?? "";
    return [
      SYMBOLS_OF_CONFS[symbol] ?? symbol,
      { port: Number(value("rpcport")), user: `${value("rpcuser")}:${value("rpcpassword")}` },
    ];
  });
  const known = Object.fromEntries(logins);
  return Object.fromEntries(
    symbols.map((symbol) => {
      const login = known[symbol];
      if (login === undefined) throw new Error(`Iguana of ${notary} has no conf of ${symbol}`);
      return [symbol, login];
    }),
  );
}

/** Chains whose conf does not have their symbol's name. */
const SYMBOLS_OF_CONFS: Readonly<Record<string, string>> = { komodo: "KMD", litecoin: "LTC" };

/** What became of calls, as a line for the log of a test. */
export function outcomeText({
  total,
  seconds,
  failed,
  repeated,
  loading,
  refused,
  longest,
}: Outcome): string {
  return [
    `${total} calls in ${seconds.toFixed(1)} s: ${failed.length} failed`,
    `${repeated} called again`,
    `${loading} while it loads`,
    `${refused} refused (401)`,
    `longest wait ${longest} ms`,
  ].join(", ");
}
