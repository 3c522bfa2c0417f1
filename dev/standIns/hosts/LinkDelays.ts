import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { requireGo } from "../../toolchain/go";
import { startDaemon, untilAnswers, untilGone } from "./daemon";
import { HOST_LINK } from "./network";
import type { Pool, TestHost } from "./pool";
import { run } from "./run";

const SOURCES = join(__dirname, "delay");
const QUEUE = "0";
/** Where a host's packets are held: those that come before all else, those that go after all else. */
const HOOKS = [
  ["raw", "PREROUTING", "--in-interface"],
  ["mangle", "POSTROUTING", "--out-interface"],
] as const;

/**
 * Makes hosts' links slow. The kernel's own means, netem, is not in every kernel, so a small program of this folder
 * holds the packets, which the host's own iptables hands it. ARP is not held.
 */
export class LinkDelays {
  private program: Promise<string> | undefined;
  /** The pid of the program that holds a host's packets, by host. */
  private readonly running = new Map<string, number>();

  constructor(private readonly pool: Pool) {}

  /** Makes the round trip to and from a host longer by so much in all, half of it on the way there; 0 ends that. */
  async set(host: TestHost, milliseconds: number): Promise<void> {
    if (!Number.isFinite(milliseconds) || milliseconds < 0) {
      throw new Error(`A link cannot have a delay of ${milliseconds} ms.`);
    }
    await this.remove(host);
    if (milliseconds === 0) return;
    this.program ??= this.build();
    const log = join(host.folder, "delay.log");
    const place = { namespace: host.namespace, hostname: host.name };
    const daemon = startDaemon(place, log, await this.program, [QUEUE, `${milliseconds / 2}ms`]);
    this.running.set(host.name, daemon.pid);
    await untilAnswers(`The delay of ${host.name}`, daemon, () => holdsQueue(daemon.pid));
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
    await requireGo(SOURCES, "What makes links of test hosts slow");
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

/** Whether somebody takes what is queued in the process's network namespace. */
async function holdsQueue(pid: number): Promise<boolean> {
  const queues = await readFile(`/proc/${pid}/net/netfilter/nfnetlink_queue`, "utf8").catch(() => "");
  return queues.split("\n").some((line) => line.trim().split(/\s+/)[0] === QUEUE);
}
