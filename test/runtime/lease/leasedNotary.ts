import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import type { LeasePlan, NotaryPlan } from "../../../runtime/agent/plan";
import { toldDigest } from "../../../runtime/agent/told";
import type { LeaseTimes } from "../../../runtime/lease/rules";
import { type NotaryStatus, PUBLIC_KEY } from "../agent/notaryUnderTest";
import { exitOf, freePort, until } from "../processes";
import { ApiServerStandIn } from "../standIns/ApiServerStandIn";
import { ChainStandIn } from "../standIns/ChainStandIn";
import type { WitnessProcess } from "../witness/WitnessProcess";
import { Link } from "./Link";

/** A stretch of time; without an end it lasts. */
export interface Interval {
  readonly from: number;
  to?: number;
}

const SYMBOLS = ["KMD", "LTC"] as const;

/** Who gives the lease: witnesses, or an API server with a Lease object. */
export type Lessors = readonly WitnessProcess[] | ApiServerStandIn;

/** An instance of one notary: a process of the agent, a process that stands in for Iguana, links to the lessors. */
export class LeasedNotary {
  /** When Iguana was brought up, from its first command to the end of its process. */
  readonly up: Interval[] = [];
  readonly commands: string[] = [];
  output = "";
  readonly links: Link[];
  private readonly directory = mkdtempSync(join(tmpdir(), "dokomodo-lease-"));
  private readonly chains: ChainStandIn[] = [];
  private iguanaPort = 0;
  private listenPort = 0;
  private agent: ChildProcess | undefined;
  private iguana: ChildProcess | undefined;
  private isEnded = false;

  constructor(
    readonly name: string,
    private readonly lessors: Lessors,
    private readonly times: LeaseTimes,
    private readonly programs: Programs,
  ) {
    const ports = isApi(lessors) ? [lessors.port] : lessors.map(({ port }) => port);
    this.links = ports.map((port) => new Link(port));
  }

  get holder(): string {
    return `notary ${this.name} of stack prod on host alpha`;
  }

  /** Starts all but the agent. */
  async prepare(): Promise<this> {
    this.iguanaPort = await freePort();
    this.listenPort = await freePort();
    for (const link of this.links) await link.open();
    if (isApi(this.lessors)) this.lessors.give(join(this.directory, "api"));
    for (const symbol of SYMBOLS) {
      const wif = `Uwif${symbol}`;
      const options = {
        user: "u",
        password: "p",
        wif,
        address: `R${symbol}`,
        dialect: "old",
        hasWallet: true,
      } as const;
      const chain = new ChainStandIn(options);
      await chain.start();
      this.chains.push(chain);
    }
    const secrets = {
      passphrase: "p",
      coins: Object.fromEntries(SYMBOLS.map((s) => [s, { rpcUser: "u", rpcPassword: "p", wif: `Uwif${s}` }])),
    };
    const plan = this.plan();
    writeFileSync(join(this.directory, "plan.json"), JSON.stringify(plan));
    writeFileSync(plan.iguana.toldFile, toldDigest(plan, secrets));
    writeFileSync(join(this.directory, "secrets.json"), JSON.stringify(secrets));
    this.startIguana();
    return this;
  }

  startAgent(): void {
    const args = [this.directory, `instance of ${this.name}`, JSON.stringify(this.times)];
    const agent = run(this.programs.agent, args, {
      DOKOMODO_RUN: this.directory,
      KUBERNETES_SERVICE_HOST: "127.0.0.1",
      KUBERNETES_SERVICE_PORT: String(this.links[0]?.port),
    });
    this.agent = agent;
    agent.once("exit", () => {
      this.output += `${Date.now()} Lease: unknown, its agent has ended\n`;
    });
    for (const stream of [agent.stdout, agent.stderr]) {
      stream?.on("data", (data: Buffer) => {
        this.output += data.toString("utf8");
      });
    }
  }

  async killAgent(): Promise<void> {
    await end(this.agent);
  }

  /** As when its container is replaced. */
  forgetReliance(): void {
    rmSync(join(this.directory, "reliance"));
  }

  /** Asks the agent to end, and comes to an end with it. */
  async endAgent(): Promise<number | null> {
    const { agent } = this;
    if (agent === undefined) throw new Error("no agent runs");
    agent.kill("SIGTERM");
    return exitOf(agent);
  }

  /** As at the end of a pod, which starts no container again. */
  async endIguana(): Promise<void> {
    this.isEnded = true;
    await end(this.iguana);
  }

  /** As when the host is lost. */
  async die(): Promise<void> {
    this.isEnded = true;
    await Promise.all([end(this.agent), end(this.iguana)]);
    for (const link of this.links) await link.cut();
  }

  async end(): Promise<void> {
    await this.die();
    for (const chain of this.chains) await chain.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  async status(): Promise<NotaryStatus> {
    return JSON.parse((await this.get("/status")).text);
  }

  async lease(): Promise<NotaryStatus["lease"]> {
    return (await this.status()).lease;
  }

  async get(path: string): Promise<{ status: number; text: string }> {
    const response = await fetch(`http://127.0.0.1:${this.listenPort}${path}`);
    return { status: response.status, text: await response.text() };
  }

  async untilHealthy(milliseconds = 90_000): Promise<void> {
    const isHealthy = async () => (await this.get("/healthz")).status === 200;
    await until(isHealthy, milliseconds).catch((failure: Error) => {
      throw new Error(`${this.name}: ${failure.message}; its agent wrote:\n${this.output}`);
    });
  }

  /** When the agent says that it holds the lease, out of its log. */
  get held(): Interval[] {
    const intervals: Interval[] = [];
    for (const [, time, state] of this.output.matchAll(/^(\d+) Lease: (\w+)/gm)) {
      const last = intervals.at(-1);
      const isOpen = last !== undefined && last.to === undefined;
      if (state === "held" && !isOpen) intervals.push({ from: Number(time) });
      if (state !== "held" && isOpen) last.to = Number(time);
    }
    return intervals;
  }

  private plan(): NotaryPlan {
    return {
      listenPort: this.listenPort,
      publicKey: PUBLIC_KEY,
      pollSeconds: 0.2,
      iguana: {
        rpcPort: this.iguanaPort,
        ipAddress: "198.51.100.10",
        notaries: ["198.51.100.10"],
        toldFile: join(this.directory, "told"),
        lease: this.leasePlan(),
      },
      coins: SYMBOLS.map((symbol, i) => ({
        symbol,
        rpcPort: this.chains[i]?.port ?? 0,
        address: `R${symbol}`,
        utxoSize: 10_000,
        addcoin: { conf: `${symbol}.conf` },
        dpow: symbol === "KMD" ? { dest: "LTC", freq: 5 } : undefined,
      })),
    };
  }

  private leasePlan(): LeasePlan {
    const { holder } = this;
    if (isApi(this.lessors)) return { holder, object: { namespace: "iguanas", name: "dokomodo-key" } };
    const names = ["alpha", "beta", "gamma"];
    return {
      holder,
      witnesses: this.links.map(({ port }, i) => ({ name: names[i] ?? `host${i}`, port })),
    };
  }

  /** Again whenever it ends, as Docker does it. */
  private startIguana(): void {
    const iguana = run(this.programs.iguana, [String(this.iguanaPort), PUBLIC_KEY]);
    this.iguana = iguana;
    let interval: Interval | undefined;
    iguana.stdout?.on("data", (data: Buffer) => {
      this.commands.push(...data.toString("utf8").trim().split("\n"));
      if (interval !== undefined) return;
      interval = { from: Date.now() };
      this.up.push(interval);
    });
    iguana.once("exit", () => {
      if (interval !== undefined) interval.to = Date.now();
      if (!this.isEnded) this.startIguana();
    });
  }
}

/** Programs of this folder, bundled: they start many times, and in time. */
export interface Programs {
  readonly agent: string;
  readonly iguana: string;
}

export async function bundlePrograms(directory: string): Promise<Programs> {
  await build({
    entryPoints: [join(__dirname, "agentMain.ts"), join(__dirname, "../standIns/iguanaMain.ts")],
    entryNames: "[name]",
    outdir: directory,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    platform: "node",
  });
  return { agent: join(directory, "agentMain.cjs"), iguana: join(directory, "iguanaMain.cjs") };
}

function isApi(lessors: Lessors): lessors is ApiServerStandIn {
  return lessors instanceof ApiServerStandIn;
}

function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  return spawn(process.execPath, [program, ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

async function end(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined) return;
  child.kill("SIGKILL");
  await exitOf(child);
}
