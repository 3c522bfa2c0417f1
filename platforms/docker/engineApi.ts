import type { Agent } from "node:http";
import type Docker from "dockerode";
import type { DockerOptions } from "dockerode";

/**
 * The oldest version of the API that has everything that the stack's containers use. Docker 19.03 was the first with it
 * (docs/internals/engines.md, API 1.40).
 */
export const OLDEST_API = "1.40";

/** Whether a version of the API, such as 1.39, is older than OLDEST_API. Also true for a text that is no version. */
export function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_API.split(".").map(Number);
  return !(major > oldestMajor || (major === oldestMajor && minor >= oldestMinor));
}

/** What an engine answered instead of doing what it was asked. */
export class EngineRefusal extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

/** The transport of dockerode takes an agent, which its types leave out. */
export interface EngineAddress extends DockerOptions {
  readonly agent?: Agent | undefined;
}

/**
 * The API of a Docker Engine. It opens no connection before the first call. dockerode reads what the address leaves out
 * from the environment: DOCKER_HOST, DOCKER_TLS_VERIFY and DOCKER_CERT_PATH.
 *
 * Calls fail with an EngineRefusal, or with the reason why there is no answer. An answer, or the first byte of an
 * answer that is a stream, has to be there within `seconds`. A call with an AbortSignal of its own may take as long as
 * that allows.
 *
 * @example await (await openEngine({ socketPath: "/var/run/docker.sock" }, 30)).version();
 */
export async function openEngine(address: EngineAddress, seconds: number): Promise<Docker> {
  // Most runs call no engine, and loading dockerode takes them a tenth of a second.
  const { default: Engine } = await import("dockerode");
  await silenceHeaders();
  if (address.agent !== undefined) refuseRedirects(address.agent);
  const engine = new Engine(address);
  limitCalls(engine.modem, seconds);
  return engine;
}

/**
 * With DEBUG=modem or DEBUG=*, dockerode would log the headers of every call, and a registry's login is one of them.
 */
async function silenceHeaders(): Promise<void> {
  const { default: debug } = await import("debug");
  if (debug.enabled("modem")) debug.enable(`${debug.disable()},-modem`);
}

/**
 * dockerode has no message for a call that takes too long, no limit for some calls (`Image.inspect`), and never settles
 * a call whose answer is cut off in the middle. So the limit is here, around the one function that sends all calls.
 */
function limitCalls(modem: Docker["modem"], seconds: number): void {
  const dial = modem.dial.bind(modem);
  modem.dial = (options, callback) => {
    const done: typeof callback = (error, result) => callback?.(error && asRefusal(error), result);
    if (options.abortSignal !== undefined) {
      dial(options, done);
      return;
    }
    const late = new AbortController();
    const timer = setTimeout(() => {
      // The promise of the call is settled here. What the abort makes dockerode say later no longer counts.
      done(new Error(`no answer in ${seconds} s`), null);
      late.abort();
    }, seconds * 1000);
    dial({ ...options, abortSignal: late.signal }, (error, result) => {
      clearTimeout(timer);
      done(error, result);
    });
  };
}

/** dockerode writes the status and a name of its own for it before what the engine said. */
function asRefusal(error: Error): Error {
  if (!("statusCode" in error) || typeof error.statusCode !== "number") return error;
  return new EngineRefusal(error.message.replace(/^\(HTTP code \d+\) .*? - /, "").trim(), error.statusCode);
}

declare module "http" {
  interface Agent {
    /** Node calls it with every request that is to go through the agent. Node's documentation leaves it out. */
    addRequest(request: ClientRequest, options: RequestOptions): void;
  }
}

/**
 * Makes every redirect a plain refusal. dockerode would also call the address that the redirect names, from this
 * machine and without a listener for errors, so an engine could end the program with it.
 */
function refuseRedirects(agent: Agent): void {
  const addRequest = agent.addRequest.bind(agent);
  agent.addRequest = (request, options) => {
    request.prependOnceListener("response", ({ headers }) => {
      delete headers.location;
    });
    addRequest(request, options);
  };
}

/** The outcome of a call; undefined if the engine answers that the thing is not there. */
export async function unlessGone<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof EngineRefusal && error.status === 404) return undefined;
    throw error;
  }
}
