import { rm } from "node:fs/promises";
import { join } from "node:path";
import { prepareImages } from "../../images/images";
import { prepareDocker } from "../../toolchain/dockerEngine";
import { Capture } from "./Capture";
import { clearPool, removeShimSockets, unmountAll } from "./clear";
import { provideCurrentEngine } from "./currentEngine";
import { type EnginePrograms, machinePrograms, TestEngine } from "./engine";
import { layImages, provideImages } from "./images";
import { LinkDelays } from "./LinkDelays";
import { connectHost, createBridge, removeEngineNetworks, setLink } from "./network";
import { claim, requireFree } from "./owner";
import { preparePackages } from "./packages";
import { type AddressedPool, cgroupOf, hostOf, poolOf, type TestHost, withAddresses } from "./pool";
import { endContainers } from "./processes";
import { run } from "./run";
import { createSshFiles, sshFilesOf, startSsh } from "./ssh";
import { chooseSubnet, HOST_RANGES } from "./subnet";

export type { TestHost } from "./pool";

/**
 * Which Docker Engine a host has: `debian` is the machine's dockerd, on Debian 12 that of 20.10; `current` is the one
 * that currentEngine.ts builds once. Both keep images in the same way, so hosts of both start from the same.
 */
export type EngineKind = "debian" | "current";

export interface TestHostsOptions {
  /** Of all hosts that do not say otherwise; left out, `debian`. */
  readonly engine?: EngineKind;
  /** 0 to 255: hosts of several pools run side by side, at 10.99.<pool>.0/24 or where the machine leaves room. */
  readonly pool?: number;
  /** Whether the hosts stay when this process is gone, until somebody ends them by hand. */
  readonly stay?: boolean;
}

const PROGRAMS: Readonly<Record<EngineKind, () => Promise<EnginePrograms>>> = {
  debian: machinePrograms,
  current: () => provideCurrentEngine(),
};

/**
 * Real Docker hosts on one machine: each a network namespace with an address, a Docker Engine and an SSH server of its
 * own, on one bridge. The machine itself is outside: where the operator sits. File system and kernel are shared.
 *
 *     describe.each(["debian", "current"] as const)("… on the engine %s", (engine) => {
 *       beforeAll(async () => { hosts = await TestHosts.start(["alpha"], { pool: 7, engine }); });
 */
export class TestHosts {
  /** Absolute path of a known_hosts with exactly these hosts' keys. */
  readonly knownHosts: string;
  /** Absolute path of the private key that lets root in. */
  readonly identity: string;
  private readonly byName = new Map<string, { host: TestHost; engine: TestEngine }>();
  private readonly delays: LinkDelays;

  private constructor(
    private readonly pool: AddressedPool,
    /** Where the images are. */
    private readonly images: string,
    private readonly engine: EngineKind,
  ) {
    ({ knownHosts: this.knownHosts, identity: this.identity } = sshFilesOf(pool));
    this.delays = new LinkDelays(pool);
  }

  /** Starts hosts, with the images of the development stack. What an earlier run left of the pool is removed first. */
  static async start(
    names: readonly string[],
    { pool: number = 0, engine = "debian", stay = false }: TestHostsOptions = {},
  ): Promise<TestHosts> {
    const place = poolOf(number);
    await preparePackages();
    await prepareDocker();
    await prepareImages();
    await PROGRAMS[engine]();
    await requireFree(place);
    await clearPool(place);
    await claim(place, { stay: false });
    try {
      const pool = withAddresses(place, await chooseSubnet(place, HOST_RANGES));
      await createBridge(pool);
      await createSshFiles(pool);
      const hosts = new TestHosts(pool, await provideImages(pool), engine);
      // Each gets its address by its place in the list, and is waited for, so that a failure leaves nothing running.
      const started = await Promise.allSettled(names.map((name) => hosts.addHost(name)));
      for (const result of started) if (result.status === "rejected") throw result.reason;
      // Only now, so that half of a set that was started by hand keeps nobody from starting it again.
      await claim(place, { stay });
      return hosts;
    } catch (error) {
      await clearPool(place);
      throw error;
    }
  }

  /** IPv4 address of the machine outside the hosts, as they reach it. */
  get outside(): string {
    return this.pool.outside;
  }

  /** By name. */
  get hosts(): Readonly<Record<string, TestHost>> {
    return Object.fromEntries([...this.byName].map(([name, { host }]) => [name, host]));
  }

  host(name: string): TestHost {
    return this.find(name).host;
  }

  /** Starts one more, with the others' engine or with another. */
  async addHost(name: string, kind: EngineKind = this.engine): Promise<TestHost> {
    if (this.byName.has(name)) throw new Error(`There is a test host named ${name} already.`);
    const host = hostOf(this.pool, name, this.byName.size);
    const { folder, namespace } = host;
    const cgroup = cgroupOf(this.pool, host);
    const engine = new TestEngine({ folder, namespace, hostname: name, cgroup, programs: PROGRAMS[kind] });
    this.byName.set(name, { host, engine });
    await connectHost(this.pool, host);
    await layImages(this.images, engine.dataRoot);
    await Promise.all([engine.start(), startSsh(this.pool, host)]);
    return host;
  }

  /** Takes the host off the network, as if its cable were out. */
  async cut(name: string): Promise<void> {
    await setLink(this.pool, this.host(name), "down");
  }

  /** Puts a host that was cut back. */
  async mend(name: string): Promise<void> {
    await setLink(this.pool, this.host(name), "up");
  }

  /** Makes every round trip to and from the host longer by so many milliseconds in all; 0 ends that. */
  async delay(name: string, milliseconds: number): Promise<void> {
    await this.delays.set(this.host(name), milliseconds);
  }

  /** Records what goes over the wire between the hosts, and between them and the outside. */
  async capture(): Promise<Capture> {
    return Capture.start(this.pool);
  }

  /** Stops the engine in order, with its containers, and waits: as long as their stop timeouts ask for. */
  async stopEngine(name: string): Promise<void> {
    await this.find(name).engine.stop();
  }

  /** Kills the engine; its containers go on, and are started anew by `startEngine`. */
  async killEngine(name: string): Promise<void> {
    await this.find(name).engine.kill();
  }

  /**
   * Starts the engine and waits until it answers; by then it has started the containers whose restart policy says so.
   * @param flags more of dockerd's, this time
   */
  async startEngine(name: string, flags: readonly string[] = []): Promise<void> {
    await this.find(name).engine.start(flags);
  }

  /** Loses all that the host's engine had, as a new disk does; the images of the development stack are there again. */
  async wipe(name: string): Promise<void> {
    const { host, engine } = this.find(name);
    await engine.kill();
    await endContainers(this.pool, host);
    await removeShimSockets(host.folder);
    await unmountAll(host.folder);
    for (const folder of ["data", "run"])
      await rm(join(host.folder, folder), { recursive: true, force: true });
    await removeEngineNetworks(host);
    await layImages(this.images, engine.dataRoot);
    await engine.start();
  }

  /** Runs the docker CLI at the host's engine; its output. */
  async docker(name: string, ...args: readonly string[]): Promise<string> {
    return run("docker", "--host", `unix://${this.host(name).socket}`, ...args);
  }

  /** Ends all hosts at once and removes all that was made of them, containers and volumes too. */
  async stop(): Promise<void> {
    await clearPool(this.pool);
  }

  private find(name: string): { host: TestHost; engine: TestEngine } {
    const found = this.byName.get(name);
    if (found !== undefined) return found;
    throw new Error(`There is no test host ${name}; there are ${[...this.byName.keys()].join(", ")}.`);
  }
}
