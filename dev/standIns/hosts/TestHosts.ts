import { rm } from "node:fs/promises";
import { join } from "node:path";
import { prepareImages } from "../../images/images";
import { prepareDocker } from "../../toolchain/dockerEngine";
import { leaveFree, mountMemoryDisk } from "../memoryDisk";
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
 * Which Docker Engine a host has. `debian` is the machine's own dockerd, which is 20.10 on Debian 12. `current` is the one that
 * currentEngine.ts builds once. Both store images in the same way, so hosts of both kinds can share the image store.
 */
export type EngineKind = "debian" | "current";

export interface TestHostsOptions {
  /** Engine of all hosts that state no other. The default is `debian`. */
  readonly engine?: EngineKind;
  /** 0 to 255. Hosts of several pools can run side by side, at 10.99.<pool>.0/24 or in another free range. */
  readonly pool?: number;
  /** Whether the hosts go on after this process has ended, until somebody ends them by hand. */
  readonly stay?: boolean;
  /** Hosts whose engines have a disk in memory for their volumes, until they are wiped. `leaveFree` makes it full. */
  readonly volumeDisks?: readonly string[];
}

const PROGRAMS: Readonly<Record<EngineKind, () => Promise<EnginePrograms>>> = {
  debian: machinePrograms,
  current: () => provideCurrentEngine(),
};

/** Where an engine keeps its volumes. */
function volumesOf({ dataRoot }: TestEngine): string {
  return join(dataRoot, "volumes");
}

/** Gives an engine that has not run yet a disk of its own for its volumes. */
async function addVolumeDisk(engine: TestEngine): Promise<void> {
  const { dataRoot } = engine;
  // An engine whose data root is no shared mount binds it over itself, which would hide the disk.
  await run("mount", "--bind", dataRoot, dataRoot);
  await run("mount", "--make-shared", dataRoot);
  await mountMemoryDisk(volumesOf(engine));
}

/**
 * Real Docker hosts on one machine. Each is a network namespace with its own address, Docker Engine and SSH server. All are on
 * one bridge. The machine itself is outside and stands for the operator's machine. File system and kernel are shared.
 *
 *     describe.each(["debian", "current"] as const)("… on the engine %s", (engine) => {
 *       beforeAll(async () => { hosts = await TestHosts.start(["alpha"], { pool: 7, engine }); });
 */
export class TestHosts {
  /** Absolute path of a known_hosts file that has exactly these hosts' keys. */
  readonly knownHosts: string;
  /** Absolute path of the private key with which root can log in. */
  readonly identity: string;
  private readonly byName = new Map<string, { host: TestHost; engine: TestEngine }>();
  private readonly delays: LinkDelays;

  private constructor(
    private readonly pool: AddressedPool,
    /** Path of the image store. */
    private readonly images: string,
    private readonly engine: EngineKind,
    private readonly volumeDisks: readonly string[],
  ) {
    ({ knownHosts: this.knownHosts, identity: this.identity } = sshFilesOf(pool));
    this.delays = new LinkDelays(pool);
  }

  /** Starts hosts that have the development stack's images. What an earlier run left of the pool is removed first. */
  static async start(
    names: readonly string[],
    { pool: number = 0, engine = "debian", stay = false, volumeDisks = [] }: TestHostsOptions = {},
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
      const hosts = new TestHosts(pool, await provideImages(pool), engine, volumeDisks);
      // All hosts are waited for, so that none is still starting when one has failed.
      const started = await Promise.allSettled(names.map((name) => hosts.addHost(name)));
      for (const result of started) if (result.status === "rejected") throw result.reason;
      // `stay` is written only now. If this process is killed before, the pool can be started again.
      await claim(place, { stay });
      return hosts;
    } catch (error) {
      await clearPool(place);
      throw error;
    }
  }

  /** IPv4 address at which the hosts reach the machine outside. */
  get outside(): string {
    return this.pool.outside;
  }

  /** The hosts, keyed by name. */
  get hosts(): Readonly<Record<string, TestHost>> {
    return Object.fromEntries([...this.byName].map(([name, { host }]) => [name, host]));
  }

  host(name: string): TestHost {
    return this.find(name).host;
  }

  /** Starts one more host. */
  async addHost(name: string, kind: EngineKind = this.engine): Promise<TestHost> {
    if (this.byName.has(name)) throw new Error(`There is already a test host ${name}. Choose another name.`);
    const host = hostOf(this.pool, name, this.byName.size);
    const { folder, namespace } = host;
    const cgroup = cgroupOf(this.pool, host);
    const engine = new TestEngine({ folder, namespace, hostname: name, cgroup, programs: PROGRAMS[kind] });
    this.byName.set(name, { host, engine });
    await connectHost(this.pool, host);
    await layImages(this.images, engine.dataRoot);
    if (this.volumeDisks.includes(name)) await addVolumeDisk(engine);
    await Promise.all([engine.start(), startSsh(this.pool, host)]);
    return host;
  }

  /** Cuts the host off the network, as if its cable were pulled. */
  async cut(name: string): Promise<void> {
    await setLink(this.pool, this.host(name), "down");
  }

  /** Connects a host again that `cut` has cut off. */
  async mend(name: string): Promise<void> {
    await setLink(this.pool, this.host(name), "up");
  }

  /** Adds milliseconds to each round trip between the host and others. 0 removes the delay. */
  async delay(name: string, milliseconds: number): Promise<void> {
    await this.delays.set(this.host(name), milliseconds);
  }

  /** Records the packets between the hosts, and between them and the outside. */
  async capture(): Promise<Capture> {
    return Capture.start(this.pool);
  }

  /** Stops the engine and its containers, as `systemctl stop docker` does, and waits until they have ended. */
  async stopEngine(name: string): Promise<void> {
    await this.find(name).engine.stop();
  }

  /** Kills the engine. Its containers go on. `startEngine` starts them anew. */
  async killEngine(name: string): Promise<void> {
    await this.find(name).engine.kill();
  }

  /**
   * Starts the engine and waits until it answers. By then it has started the containers whose restart policy says so.
   * @param flags further flags of dockerd for this start
   */
  async startEngine(name: string, flags: readonly string[] = []): Promise<void> {
    await this.find(name).engine.start(flags);
  }

  /** Gives the host's engine a new, empty disk. Afterwards it has only the development stack's images. */
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

  /** Leaves so many bytes free on the disk with the host's volumes, which it has by `volumeDisks`. */
  async leaveFree(name: string, bytes: number): Promise<void> {
    await leaveFree(volumesOf(this.find(name).engine), bytes);
  }

  /** Runs the docker CLI at the host's engine and returns its output. */
  async docker(name: string, ...args: readonly string[]): Promise<string> {
    return run("docker", "--host", `unix://${this.host(name).socket}`, ...args);
  }

  /** Ends all hosts at once and removes all that was made for them, including containers and volumes. */
  async stop(): Promise<void> {
    await clearPool(this.pool);
  }

  private find(name: string): { host: TestHost; engine: TestEngine } {
    const found = this.byName.get(name);
    if (found !== undefined) return found;
    throw new Error(`There is no test host ${name}. The hosts are ${[...this.byName.keys()].join(", ")}.`);
  }
}
