import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AgentPlan, AgentSecrets, NotaryPlan, UtxoBounds } from "../../../runtime/agent/plan";
import type { Status } from "../../../runtime/agent/StatusBoard";
import { toldDigest } from "../../../runtime/agent/told";
import { exitOf, freePort } from "../processes";
import { ChainStandIn } from "../standIns/ChainStandIn";
import { IguanaStandIn } from "../standIns/IguanaStandIn";

const AGENT = join(__dirname, "../../../runtime/bundles/agent.cjs");
export const PUBLIC_KEY = `02${"ab".repeat(32)}`;
/** Secrets that are easily found wherever they leak to; with characters that JSON and URLs spell differently. */
export const PASSPHRASE = 'canary passphrase "quoted" \\ größer';
export const UTXO_SIZE = 10_000;
/** A notary UTXO of the notary under test. */
export const NOTARY_UTXO = { value: UTXO_SIZE, script: `21${PUBLIC_KEY}ac` };
const OWN_ADDRESS = "198.51.100.10";

/** What the agent of a notary answers. That of a node has no lease and no Iguana. */
export interface NotaryStatus extends Status {
  readonly lease: NonNullable<Status["lease"]>;
  readonly iguana: NonNullable<Status["iguana"]>;
}

export interface CoinUnderTest {
  readonly symbol: string;
  readonly dest?: string;
  readonly dialect?: "old" | "new";
  readonly hasWallet?: boolean;
  /** Whether the plan lets the key go to the daemon. */
  readonly importsKey?: boolean;
  readonly knowsNamedParams?: boolean;
  readonly utxos?: UtxoBounds;
}

/** A real agent process on stand-ins of Iguana and of chains. */
export class NotaryUnderTest {
  readonly chains = new Map<string, ChainStandIn>();
  readonly iguana = new IguanaStandIn(this.chains);
  /** Everything that any agent of this notary wrote. */
  output = "";
  plan: NotaryPlan | undefined;
  readonly directory = mkdtempSync(join(tmpdir(), "dokomodo-agent-"));
  private agent: ChildProcess | undefined;

  /** Starts the stand-ins; the agent starts with `startAgent`. */
  static async prepare(coins: readonly CoinUnderTest[]): Promise<NotaryUnderTest> {
    const notary = new NotaryUnderTest();
    notary.iguana.publicKey = PUBLIC_KEY;
    for (const { symbol, dialect = "old", hasWallet = true, knowsNamedParams = true } of coins) {
      const chain = new ChainStandIn({
        ...credentials(symbol),
        user: credentials(symbol).rpcUser,
        password: credentials(symbol).rpcPassword,
        address: `R${symbol}`,
        dialect,
        hasWallet,
        knowsNamedParams,
      });
      await chain.start();
      notary.chains.set(symbol, chain);
    }
    await notary.iguana.start();
    notary.plan = {
      listenPort: await freePort(),
      publicKey: PUBLIC_KEY,
      pollSeconds: 0.1,
      iguana: {
        rpcPort: notary.iguana.port,
        ipAddress: OWN_ADDRESS,
        notaries: [OWN_ADDRESS, "203.0.113.7"],
        toldFile: join(notary.directory, "told"),
      },
      coins: coins.map(({ symbol, dest, importsKey, utxos }) => ({
        symbol,
        rpcPort: notary.chain(symbol).port,
        address: `R${symbol}`,
        addcoin: { conf: `${symbol}.conf`, path: `/home/iguana/.komodo/${symbol}`, rpc: 1, RELAY: -1 },
        dpow: dest === undefined ? undefined : { dest, freq: 5 },
        importsKey,
        utxoSize: UTXO_SIZE,
        utxos,
      })),
    };
    const secrets = {
      passphrase: PASSPHRASE,
      coins: Object.fromEntries(coins.map(({ symbol }) => [symbol, credentials(symbol)])),
    };
    notary.write(notary.plan, secrets);
    notary.makeIguanaFor(notary.plan, secrets);
    return notary;
  }

  /** As when Iguana's container is made: from now on it has in it what it was made for. */
  makeIguanaFor(plan: NotaryPlan, secrets: Pick<AgentSecrets, "coins">): void {
    writeFileSync(plan.iguana.toldFile, toldDigest(plan, secrets));
  }

  write(plan: AgentPlan, secrets: AgentSecrets): void {
    mkdirSync(join(this.directory, "agent"), { recursive: true });
    writeFileSync(join(this.directory, "agent/plan.json"), JSON.stringify(plan));
    writeFileSync(join(this.directory, "agent/secrets.json"), JSON.stringify(secrets));
  }

  startAgent(): ChildProcess {
    const agent = this.spawn([]);
    this.agent = agent;
    return agent;
  }

  async stopAgent(): Promise<number | null> {
    const { agent } = this;
    if (agent === undefined || agent.exitCode !== null) return agent?.exitCode ?? null;
    agent.kill("SIGTERM");
    return exitOf(agent);
  }

  /** Runs `agent.cjs <command>` to its end. */
  async command(...args: readonly string[]): Promise<{ code: number | null; output: string }> {
    let output = "";
    const child = this.spawn(args);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (data: Buffer) => {
        output += data.toString("utf8");
      });
    }
    return { code: await exitOf(child), output };
  }

  chain(symbol: string): ChainStandIn {
    const chain = this.chains.get(symbol);
    if (chain === undefined) throw new Error(`no chain ${symbol}`);
    return chain;
  }

  async status(): Promise<NotaryStatus> {
    return JSON.parse((await this.get("/status")).text);
  }

  async get(path: string): Promise<{ status: number; text: string }> {
    const response = await fetch(`http://127.0.0.1:${this.plan?.listenPort}${path}`);
    return { status: response.status, text: await response.text() };
  }

  async states(): Promise<Record<string, string>> {
    const { coins } = await this.status();
    return Object.fromEntries(Object.entries(coins).map(([symbol, { state }]) => [symbol, state]));
  }

  async isHealthy(): Promise<boolean> {
    return (await this.get("/healthz")).status === 200;
  }

  async end(): Promise<void> {
    await this.stopAgent();
    await this.iguana.stop();
    for (const chain of this.chains.values()) await chain.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  private spawn(args: readonly string[]): ChildProcess {
    // AGENT_NODE: another Node than the tests' own, such as the oldest that the bundle is built for.
    const child = spawn(process.env["AGENT_NODE"] ?? process.execPath, [AGENT, ...args], {
      env: { PATH: process.env["PATH"], DOKOMODO_RUN: this.directory },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (data: Buffer) => {
        this.output += data.toString("utf8");
      });
    }
    return child;
  }
}

export function credentials(symbol: string) {
  return { rpcUser: `user${symbol}`, rpcPassword: `canaryPassword${symbol}`, wif: `UcanaryWif${symbol}` };
}
