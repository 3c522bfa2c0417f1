import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepareImages } from "../images/images";
import { TestHosts } from "../standIns/hosts/TestHosts";
import { prepareDocker } from "../toolchain/dockerEngine";
import { dockerAt } from "./docker";
import { FileServer } from "./FileServer";
import { type Symbol as ChainSymbol, callDaemon, DAEMONS, untilWhole } from "./notary";
import { createSpanningStack, engineOf } from "./spanning";
import type { TestStack } from "./TestStack";

const NOTARY = "ill";
const PLACEMENT = { KMD: "alpha", LTC: "beta", BEER: "beta", PIZZA: "beta" } as const;
const SYMBOLS = ["KMD", "LTC", "BEER", "PIZZA"] as const;
/** The coins of a mined block can be spent after so many more. */
const RIPE = 100;
/** An address that is nobody's here. */
export const SOMEBODY = "mfWxJ45yp2SFn7UciZyNpvDKrzbhyfKrY8";
/** What beta's volumes may take. It is memory only where something is written. */
export const AMPLE = 200 * 2 ** 30;

/** A file that LTC's daemon needs before it starts. */
const PARAMETERS = Buffer.alloc(300_000, "parameters\n");
export const PARAMETERS_SHA256 = createHash("sha256").update(PARAMETERS).digest("hex");
const PARAMETERS_NAME = "ltc.params";

/** A notary on two hosts, at which faults are made: KMD and Iguana are on alpha, and all else is on beta. */
export class FaultScene {
  private readonly confs = new Map<string, string>();
  private readonly folder = mkdtempSync(join(tmpdir(), "dokomodo-faults-"));

  private constructor(
    readonly hosts: TestHosts,
    readonly stack: TestStack,
    private readonly server: FileServer | undefined,
  ) {}

  /** @param hasMore whether there is what the rare faults need: a disk for beta's volumes, and a file for LTC's daemon */
  static async start(hasMore: boolean): Promise<FaultScene> {
    await prepareDocker();
    await prepareImages();
    const volumeDisks = hasMore ? ["beta"] : [];
    const hosts = await TestHosts.start(["alpha", "beta"], { pool: 9, engine: "current", volumeDisks });
    const stack = await createSpanningStack(NOTARY, hosts, PLACEMENT);
    stack.changeNotary((notary) => {
      notary["utxos"] = { all: { low: 2, high: 4 } };
    });
    let server: FileServer | undefined;
    if (hasMore) {
      await hosts.leaveFree("beta", AMPLE);
      server = await FileServer.start(hosts.outside, new Map([[PARAMETERS_NAME, PARAMETERS]]));
      const source = `${server.url}/${PARAMETERS_NAME}`;
      const file = { path: `params/${PARAMETERS_NAME}`, sha256: PARAMETERS_SHA256, bytes: PARAMETERS.length };
      stack.changeDaemon("litecoind", { downloads: [{ ...file, sources: [source] }] });
      stack.writeConfig({ "dokomodo:diskGuard": { stopBelow: 500, startAbove: 1000 } });
    }
    const scene = new FaultScene(hosts, stack, server);
    await stack.up();
    await untilWhole(NOTARY, 120, SYMBOLS.length, 0, scene.at);
    await Promise.all(SYMBOLS.map((symbol) => scene.mine(symbol)));
    return scene;
  }

  async stop(): Promise<void> {
    await this.server?.stop();
    await this.stack.forget();
    await this.hosts.stop();
    rmSync(this.folder, { recursive: true });
  }

  private readonly at = (container: string) => engineOf(NOTARY, this.hosts, () => PLACEMENT)(container);

  /** Runs the docker CLI at the host of a container. */
  docker(container: string, ...args: readonly string[]): Promise<string> {
    return dockerAt(this.at(container), ...args);
  }

  call(symbol: ChainSymbol, method: string, params: readonly unknown[] = []): Promise<unknown> {
    return callDaemon(NOTARY, symbol, method, params, this.at);
  }

  /** Gives the notary the coins of one block. */
  async mine(symbol: ChainSymbol): Promise<void> {
    await this.call(symbol, "generatetoaddress", [1, await this.stack.address(symbol)]);
    await this.call(symbol, "generatetoaddress", [RIPE, SOMEBODY]);
  }

  /** Gives the daemon another conf than the entry point has got, and starts the daemon with it. */
  async changeConf(symbol: ChainSymbol, change: (text: string) => string): Promise<void> {
    await this.writeConf(symbol, change(await this.keepConf(symbol)));
  }

  async restoreConf(symbol: ChainSymbol): Promise<void> {
    const text = this.confs.get(symbol);
    if (text !== undefined) await this.writeConf(symbol, text);
  }

  /** Takes away the conf that the entry point writes, so that it ends at each start. */
  async removeConf(symbol: ChainSymbol): Promise<void> {
    await this.keepConf(symbol);
    const name = nameOf(symbol);
    await this.docker(name, "exec", "--user", "0", name, "rm", uploadOf(symbol));
    await this.docker(name, "restart", name);
  }

  private async keepConf(symbol: ChainSymbol): Promise<string> {
    const name = nameOf(symbol);
    const text = await this.docker(name, "exec", name, "cat", uploadOf(symbol));
    this.confs.set(symbol, text);
    return `${text}\n`;
  }

  private async writeConf(symbol: ChainSymbol, text: string): Promise<void> {
    const name = nameOf(symbol);
    const file = this.file(`${name}.conf`, text);
    await this.docker(name, "cp", file, `${name}:${uploadOf(symbol)}`);
    await this.docker(name, "restart", name);
  }

  /** The environment of a program of Node whose clock is that many milliseconds ahead. */
  clockAhead(milliseconds: number): Record<string, string> {
    const shift = `const now = Date.now; Date.now = () => now() + ${milliseconds};\n`;
    return { NODE_OPTIONS: `--require ${this.file(`ahead-${milliseconds}.cjs`, shift)}` };
  }

  /** The path of a file on this machine that everybody may read, or where one can be made. */
  file(name: string, text?: string): string {
    const path = join(this.folder, name);
    if (text !== undefined) writeFileSync(path, text, { mode: 0o444 });
    return path;
  }
}

function nameOf(symbol: ChainSymbol): string {
  return `${NOTARY}-${DAEMONS[symbol].container}`;
}

/** The file from which the entry point writes the daemon's conf (runtime/entrypoint.sh). */
function uploadOf(symbol: ChainSymbol): string {
  return DAEMONS[symbol].conf.replace(/^\/home\/[^/]+\//, "/run/dokomodo/home/");
}
