import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { StatusReport } from "../../../cli/status/report";
import { TestHosts } from "../../standIns/hosts/TestHosts";
import { compilePackage } from "../compilePackage";
import { PROJECT } from "../stackConfig";
import { StatusScene } from "./StatusScene";

const POOL = 123;
const NAMES = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta"];
const ANSWERED = [0, 2];
/** A restarter's health is checked so many seconds after it was started. */
const HEALTH_SECONDS = 30;
const COMPLETE_SECONDS = 120;

/** What a look is made with: the package or the checkout, and how it reaches the hosts. */
export interface Look {
  readonly of: "package" | "checkout";
  readonly way: "sockets" | "ssh" | "ssh with logins";
}

export interface LookTimes extends Look {
  /** Seconds of each process, from its start to its end. */
  readonly seconds: readonly number[];
  /** How many of these looks lacked a host or the agent, because it answered too late. */
  readonly incomplete: number;
}

export interface StatusTimes {
  readonly hosts: number;
  readonly chains: number;
  readonly looks: readonly LookTimes[];
}

export interface StatusRun {
  /** The numbers of hosts; the largest of them run all the time. */
  readonly hosts: readonly number[];
  /** The numbers of all chains, which are spread over the hosts evenly. */
  readonly chains: readonly number[];
  readonly turns: number;
}

const LOOKS: readonly Look[] = (["sockets", "ssh", "ssh with logins"] as const).flatMap((way) =>
  (["package", "checkout"] as const).map((of) => ({ of, way })),
);

/** Times `dokomodo status` for notaries of several sizes, on the same hosts one after the other. */
export async function measureStatus({ hosts: counts, chains, turns }: StatusRun): Promise<StatusTimes[]> {
  const made = await compilePackage();
  const commands = { package: made.command, checkout: join(PROJECT, "cli", "bin.cjs") };
  const hosts = await TestHosts.start(NAMES.slice(0, Math.max(...counts)), { pool: POOL, engine: "current" });
  const times: StatusTimes[] = [];
  try {
    for (const count of counts) {
      for (const size of chains) {
        const scene = await StatusScene.start(hosts, NAMES.slice(0, count), size);
        const looks = await timeLooks(scene, commands, size, turns);
        times.push({ hosts: count, chains: size, looks });
        await scene.end();
      }
    }
    return times;
  } finally {
    await hosts.stop();
    made.remove();
  }
}

async function timeLooks(
  scene: StatusScene,
  commands: Readonly<Record<Look["of"], string>>,
  chains: number,
  turns: number,
): Promise<LookTimes[]> {
  const times = LOOKS.map((look) => ({ ...look, seconds: [] as number[], incomplete: 0 }));
  await untilComplete(scene, commands.package);
  // The first turn compiles and logs in, so it does not count.
  for (let turn = 0; turn <= turns; turn++) {
    for (const each of times) {
      scene.reachBy(each.way === "sockets" ? "sockets" : "ssh");
      if (each.way === "ssh with logins") await scene.logOut();
      const { seconds, report } = await lookOnce(scene, commands[each.of]);
      if (report.chains.length !== chains)
        throw new Error(`status shows ${report.chains.length} chains and not ${chains}`);
      if (turn === 0) continue;
      each.seconds.push(seconds);
      if (!isComplete(report)) each.incomplete += 1;
    }
  }
  return times;
}

/** Waits until the agent has read all chains, and each restarter's health was checked once. */
async function untilComplete(scene: StatusScene, program: string): Promise<void> {
  const deadline = Date.now() + COMPLETE_SECONDS * 1000;
  scene.reachBy("sockets");
  await sleep(HEALTH_SECONDS * 1000);
  while (!isComplete((await lookOnce(scene, program)).report)) {
    if (Date.now() > deadline) throw new Error(`no look was complete after ${COMPLETE_SECONDS} s`);
    await sleep(1000);
  }
}

async function lookOnce(
  { stack: { command } }: StatusScene,
  program: string,
): Promise<{ readonly seconds: number; readonly report: StatusReport }> {
  const { execa } = await import("execa");
  const { directory: cwd, env, stack } = command;
  const started = performance.now();
  const { exitCode, stdout, stderr } = await execa(
    process.execPath,
    [program, "status", "--json", "--stack", stack],
    { cwd, env, reject: false, stdin: "ignore" },
  );
  const seconds = (performance.now() - started) / 1000;
  if (exitCode === undefined || !ANSWERED.includes(exitCode))
    throw new Error(`dokomodo status ended with ${exitCode} and said: ${stderr}`);
  return { seconds, report: JSON.parse(stdout) };
}

/** Whether every host that has something of the stack has answered, its values included, and the agent too. */
function isComplete({ hosts, chains, problems }: StatusReport): boolean {
  const used = hosts.filter(({ plannedMemoryBytes }) => plannedMemoryBytes > 0);
  const isRead = chains.every(({ state }) => !["unread", "missing", "host-down"].includes(state));
  return problems.length === 0 && isRead && used.every(({ memory }) => memory !== undefined);
}
