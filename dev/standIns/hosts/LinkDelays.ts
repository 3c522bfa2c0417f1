import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { requireGo } from "../../toolchain/go";
import { startDaemon, untilAnswers, untilGone } from "./daemon";
import { HOST_LINK } from "./network";
import type { Pool, TestHost } from "./pool";
import { run } from "./run";

const SOURCES = join(__dirname, "delay");
const QUEUE = "0";
/** Where a host's packets are held: incoming ones before every other rule, outgoing ones after every other rule. */
const HOOKS = [
  ["raw", "PREROUTING", "--in-interface"],
  ["mangle", "POSTROUTING", "--out-interface"],
] as const;

/**
 * Makes the links of hosts slow. Not every kernel has netem, so the program in delay/ holds the packets. The host's own
 * iptables passes them to it. ARP is not delayed.
 */
export class LinkDelays {
  private program: Promise<string> | undefined;
  /** Pid of the program that holds a host's packets, keyed by the host's name. */
  private readonly running = new Map<string, number>();

  constructor(private readonly pool: Pool) {}

  /** Adds a delay to each round trip to a host, one half in each direction. 0 removes the delay. */
  async set(host: TestHost, milliseconds: number): Promise<void> {
    if (!Number.isFinite(milliseconds) || milliseconds < 0) {
      throw new Error(`The delay of ${host.name}'s link must be 0 ms or more, but is ${milliseconds} ms.`);
    }
    await this.remove(host);
    if (milliseconds === 0) return;
    this.program ??= this.build();
    const log = join(host.folder, "delay.log");
    const place = { namespace: host.namespace, hostname: host.name };
    const daemon = startDaemon(place, log, await this.program, [QUEUE, `${milliseconds / 2}ms`]);
    this.running.set(host.name, daemon.pid);
    await untilAnswers(`The program that delays ${host.name}`, daemon, () => holdsQueue(daemon.pid));
    await setRules(host, "--append");
  }

  private async remove(host: TestHost): Promise<void> {
    const pid = this.running.get(host.name);
    if (pid === undefined) return;
    await setRules(host, "--delete");
    process.kill(pid, "SIGTERM");
    await untilGone(pid);
    this.running.delete(host.name);
  }

  private async build(): Promise<string> {
    await requireGo(SOURCES, "The program that makes links of test hosts slow");
    const { execa } = await import("execa");
    const program = join(this.pool.folder, ".delay");
    await execa("go", ["build", "-o", program, "."], { cwd: SOURCES, env: { CGO_ENABLED: "0" } });
    return program;
  }
}

async function setRules({ namespace }: TestHost, action: "--append" | "--delete"): Promise<void> {
  const target = ["--jump", "NFQUEUE", "--queue-num", QUEUE, "--queue-bypass"];
  for (const [table, chain, direction] of HOOKS) {
    const rule = [chain, direction, HOST_LINK, ...target];
    const within = [`--net=/run/netns/${namespace}`, "iptables", "--wait", "--table", table];
    await run("nsenter", ...within, action, ...rule);
  }
}

/** Whether a program reads the queue in the process's network namespace. */
async function holdsQueue(pid: number): Promise<boolean> {
  const queues = await readFile(`/proc/${pid}/net/netfilter/nfnetlink_queue`, "utf8").catch(() => "");
  return queues.split("\n").some((line) => line.trim().split(/\s+/)[0] === QUEUE);
}
