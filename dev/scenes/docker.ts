import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { imageName } from "../images/images";

/** Finds the socket of the engine that has a container; undefined for this machine's own engine. */
export type EngineOf = (container: string) => string | undefined;

/** For tests whose containers are all on this machine's own engine. */
export const LOCAL: EngineOf = () => undefined;

/** Runs the docker CLI and returns its output. */
export async function docker(...args: readonly string[]): Promise<string> {
  const { execa } = await import("execa");
  const { stdout } = await execa("docker", args);
  return stdout;
}

/** The docker CLI's arguments for the engine with this socket; undefined means this machine's own engine. */
export function atEngine(engine: string | undefined): string[] {
  return engine === undefined ? [] : ["--host", `unix://${engine}`];
}

/** Runs the docker CLI against the engine with this socket; undefined means this machine's own engine. */
export function dockerAt(engine: string | undefined, ...args: readonly string[]): Promise<string> {
  return docker(...atEngine(engine), ...args);
}

/** Runs a script of Node in the network of a container, until its input ends. What it writes to standard error is shown. */
export function spawnBeside(
  container: string,
  engine: string | undefined,
  script: string,
  ...args: readonly string[]
): ChildProcessByStdio<Writable, Readable, null> {
  const run = ["run", "--rm", "--interactive", "--network", `container:${container}`, imageName("node")];
  return spawn("docker", [...atEngine(engine), ...run, "node", "-e", script, ...args], {
    stdio: ["pipe", "pipe", "inherit"],
  });
}

/** All that a container has written to standard output and standard error. */
export async function dockerLogs(container: string): Promise<string> {
  const { execa } = await import("execa");
  const { all } = await execa("docker", ["logs", container], { all: true });
  return all;
}

/**
 * When each running container of a notary was last started, keyed by name. It uses the API, because tests ask for this again
 * and again, and each run of the docker CLI takes up to 0.1 s of a processor.
 */
export async function startTimes(notary: string, engine?: string): Promise<Record<string, string>> {
  const { default: Docker } = await import("dockerode");
  const client = new Docker(engine === undefined ? {} : { socketPath: engine });
  const listed = await client.listContainers({ filters: { name: [`^${notary}-`] } });
  const inspected = await Promise.all(listed.map(({ Id }) => client.getContainer(Id).inspect()));
  return Object.fromEntries(inspected.map(({ Name, State }) => [Name.slice(1), State.StartedAt]));
}

/** Names of the containers that were started again or are new, sorted. */
export function restarted(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): string[] {
  return Object.keys(after)
    .filter((name) => before[name] !== after[name])
    .sort();
}
