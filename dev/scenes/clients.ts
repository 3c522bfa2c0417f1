import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type ClientAccess, parseOutputs } from "../../cli/outputs";
import { callDaemon } from "../../cli/rpcCall";
import { imageName } from "../images/images";
import { docker, dockerLogs } from "./docker";
import type { TestStack } from "./TestStack";

/** HAProxy drops a caller that it does not know without a word. */
const PATIENCE_MILLISECONDS = 4000;

/** What a caller sees that the proxy drops: the connection is closed, or nothing comes. */
export const REFUSED = /cannot call .*(ECONNRESET|socket hang up|no answer|alert|disconnected)/;

/** Methods that a matrix of clients tries: what the default lets through, what a list may add, and what nobody may call. */
export const METHODS = ["getblockcount", "getnewaddress", "getnetworkinfo", "dumpprivkey", "stop"];

/** A client as a config states it. */
export interface StatedClient {
  readonly name: string;
  readonly chains: readonly string[];
  readonly allow?: readonly string[];
}

/** What the clients of a stack need to call it, keyed by node and by client. */
export async function clientsOf(
  stack: TestStack,
): Promise<Record<string, Readonly<Record<string, ClientAccess>>>> {
  const { stack: name } = stack.command;
  const shown = await stack.must("stack", "output", "--json", "--show-secrets", "--stack", name);
  const { nodes, notaries } = parseOutputs(shown, name);
  const all = Object.entries({ ...nodes, ...notaries });
  return Object.fromEntries(all.map(([node, { clients = {} }]) => [node, clients]));
}

/**
 * `answers` if the call reached the daemon, and else why not. A node's litecoind has no wallet, because nobody has made
 * one, and says so.
 */
export async function attempt(
  access: ClientAccess | undefined,
  symbol: string,
  method: string,
): Promise<string> {
  if (access === undefined) return "no such client";
  const called = callDaemon(access, { symbol, method, params: [] }, PATIENCE_MILLISECONDS);
  return called.then(
    () => "answers",
    ({ message }: Error) => (message.includes("No wallet is loaded") ? "answers" : message),
  );
}

/** The calls of a client, of each method on each chain, that end otherwise than its line in the config says. */
export async function wrongCalls(
  access: ClientAccess | undefined,
  chains: readonly string[],
  may: (chain: string, method: string) => boolean,
): Promise<string[]> {
  const calls = chains.flatMap((chain) => METHODS.map((method) => ({ chain, method })));
  const wrong: string[] = [];
  for (const { chain, method } of calls) {
    const result = await attempt(access, chain, method);
    if ((result === "answers") !== may(chain, method)) wrong.push(`${chain} ${method}: ${result}`);
  }
  return wrong;
}

/** What a client's line in the config lets it call. Without a list it may read. Nobody may call `dumpprivkey` or `stop`. */
export function mayCall({ chains, allow = ["getblockcount", "getnetworkinfo"] }: Omit<StatedClient, "name">) {
  return (chain: string, method: string) => chains.includes(chain) && allow.includes(method);
}

/** What the operator may call on these chains. */
export function operatorMayCall(_: string, method: string): boolean {
  return !["dumpprivkey", "stop"].includes(method);
}

/**
 * Runs a client's HAProxy on this machine, with the files that `dokomodo client` wrote into a folder, as long as a test
 * needs it.
 * @param write writes the files into a folder that is not there yet
 * @param port the port of one of its chains, which it has to listen at
 */
export async function withClientProxy(
  port: number,
  write: (directory: string) => Promise<unknown>,
  test: (directory: string) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "dokomodo-client-"));
  const directory = join(folder, "client");
  const container = "dkx-client";
  try {
    await write(directory);
    await docker("rm", "--force", container);
    await docker(
      ...["run", "--detach", "--name", container, "--network", "host", "--user", "0:0"],
      ...["--volume", `${directory}:/client:ro`, "--workdir", "/client"],
      ...[imageName("haproxy"), "haproxy", "-f", "haproxy.cfg"],
    );
    await untilListening(container, port);
    await test(directory);
  } finally {
    await docker("rm", "--force", container);
    rmSync(folder, { recursive: true });
  }
}

/** Waits until a container of this machine's own network listens on loopback. Throws with its log if it does not. */
async function untilListening(container: string, port: number): Promise<void> {
  for (let tries = 0; tries < 50; tries++) {
    const { execa } = await import("execa");
    const { failed } = await execa("bash", ["-c", `exec 3<>/dev/tcp/127.0.0.1/${port}`], { reject: false });
    if (!failed) return;
    await sleep(200);
  }
  throw new Error(`${container} does not listen on ${port}: ${await dockerLogs(container)}`);
}

/** A call as an application makes it: plain HTTP, with a user and password of its own. */
export function plainCall(port: number, method: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const options = { host: "127.0.0.1", port, method: "POST", auth: "any:thing" };
    const call = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        if (!text.startsWith("{")) return reject(new Error(`HTTP ${response.statusCode}: ${text}`));
        const { result, error } = JSON.parse(text);
        if (error) reject(new Error(error.message));
        else resolve(result);
      });
    });
    call.on("error", reject);
    call.end(JSON.stringify({ id: "application", method, params: [] }));
  });
}

/**
 * A certificate with the right name and role that another authority has signed.
 * @param name the common name, such as `east-operator`
 */
export async function foreignIdentity(
  name: string,
  role: string,
): Promise<Pick<ClientAccess, "certificate" | "privateKey">> {
  const { execa } = await import("execa");
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "-"];
  const subject = ["-subj", `/CN=${name}/O=dokomodo/OU=${role}`, "-days", "2"];
  const { stdout } = await execa("openssl", ["req", "-x509", ...key, ...subject]);
  return { certificate: stdout, privateKey: stdout };
}
