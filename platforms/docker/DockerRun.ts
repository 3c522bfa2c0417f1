import { Provider } from "@pulumi/docker/provider";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { memoryWarning } from "../hostMemory";
import { describeBytes } from "../provision";
import type { RollOut } from "../RollOut";
import type { PlatformRun, Preparation, RunArgs } from "../run";
import { STACK_LABEL } from "../stackLabel";
import { DockerConnection } from "./connection";
import { engineSocket, providerArgs, SSH_AT_ONCE } from "./host";
import { provideImages } from "./images";
import { type DockerHost, DockerPlatform } from "./platform";
import { probe } from "./preflight";
import { provisionHost } from "./provision";
import { DockerRollOut, type RunningHost, readRunning } from "./rollOut";
import { Slots } from "./Slots";
import { type DockerHostSettings, type DockerSettings, endpointOf } from "./settings";

/** Seconds between two reports about downloads. */
const SILENT_SECONDS = 2;

/** Bytes of memory that an engine says its host has. Some say 0 if they do not know. */
const memoryAnswer = z.object({ MemTotal: z.number().positive() });

/** A run on the stack's Docker hosts. A preview does not contact them. */
export class DockerRun implements PlatformRun {
  readonly outputs = {};
  /** Connections to hosts that answer, by the host's name. */
  private readonly connections = new Map<string, DockerConnection>();
  private running: ReadonlyMap<string, RunningHost> = new Map();
  private readonly skipped = new Set<string>();

  constructor(
    private readonly hosts: readonly DockerHostSettings[],
    private readonly settings: DockerSettings,
    private readonly args: RunArgs,
  ) {}

  async obstacles(): Promise<string[]> {
    return [];
  }

  async volumes(): Promise<undefined> {
    return undefined;
  }

  async prepare(): Promise<Preparation> {
    await this.reach();
    const [missing] = await Promise.all([this.pullImages(), this.warnOfMemory()]);
    if (missing.length > 0) return { skipped: this.skipped, missing };
    this.running = await this.readHosts();
    return { skipped: this.skipped, missing: await this.provision() };
  }

  platform(rollOut: RollOut | undefined): DockerPlatform {
    const { stackName, proxyImage, nodeImage, development, rollOutSeconds } = this.args;
    return new DockerPlatform({
      hosts: this.createHosts(),
      proxyImage,
      restarterImage: nodeImage,
      protectVolumes: !development,
      labels: { [STACK_LABEL]: stackName },
      rollOut: rollOut === undefined ? undefined : new DockerRollOut(rollOut, this.running, rollOutSeconds),
    });
  }

  async untilStarted(): Promise<boolean> {
    return true;
  }

  close(): void {
    for (const connection of this.connections.values()) connection.close();
  }

  /** Looks at all hosts, and reports those that do not answer, each with the reason. */
  private async reach(): Promise<void> {
    await Promise.all(
      this.hosts.map(async (host) => {
        const endpoint = endpointOf(host, this.settings);
        const problem = await probe(endpoint);
        if (problem === undefined) {
          this.connections.set(endpoint.name, await DockerConnection.open(endpoint));
          return;
        }
        this.skipped.add(endpoint.name);
        await pulumi.log.error(`${problem}\nWhat is on it was left as it is.`);
      }),
    );
  }

  /** Warns of hosts that have less memory than what is placed on them. */
  private async warnOfMemory(): Promise<void> {
    await Promise.all(
      [...this.connections].map(async ([host, { engine }]) => {
        // A host that cannot say it is no reason not to deploy.
        const info = memoryAnswer.safeParse(await engine.info().catch(() => undefined));
        if (!info.success) return;
        const hasMiB = info.data.MemTotal / 2 ** 20;
        const warning = memoryWarning(host, "limitMiB", this.args.memory(host), hasMiB);
        if (warning !== undefined) await pulumi.log.warn(warning);
      }),
    );
  }

  /** Pulls the images that hosts need and lack, on all hosts at once. Returns why images cannot be had. */
  private async pullImages(): Promise<string[]> {
    const told = new Progress();
    const problems = await Promise.all(
      [...this.connections].map(async ([host, connection]) => {
        const images = this.args.images(host);
        const failures = await provideImages(connection, [...images.keys()], {
          logins: this.args.registries,
          onProgress: (image, done, total) => told.tell(`host ${host} pulls ${image}`, done, total),
        });
        return [...failures].map(([image, why]) => {
          return `host ${host} cannot have the image ${image} (${images.get(image)?.join(", ")}): ${why}`;
        });
      }),
    );
    return problems.flat();
  }

  /**
   * Brings what the hosts' daemons need before they start. A volume is filled only before the first start of its daemon,
   * so workloads that are there are left alone.
   */
  private async provision(): Promise<string[]> {
    const { nodeImage, stackName, downloadPlaces } = this.args;
    const told = new Progress();
    const problems = await Promise.all(
      [...this.connections].map(async ([host, connection]) => {
        const { downloads, volumes } = this.args.needs(host);
        const containers = this.running.get(host)?.containers;
        const empty = volumes.filter(({ workload }) => containers?.has(workload) !== true);
        const failures = await provisionHost(
          connection,
          { downloads, volumes: empty },
          {
            image: nodeImage,
            labels: { [STACK_LABEL]: stackName },
            places: downloadPlaces,
            onProgress: (what, done, total) => told.tell(`host ${host} fetches ${what}`, done, total),
            onNews: (text) => void pulumi.log.info(`host ${host}: ${text}`, undefined, undefined, true),
          },
        );
        return failures.map((why) => `host ${host}: ${why}`);
      }),
    );
    return problems.flat();
  }

  private async readHosts(): Promise<ReadonlyMap<string, RunningHost>> {
    const label = `${STACK_LABEL}=${this.args.stackName}`;
    const hosts = [...this.connections].map(
      async ([host, connection]): Promise<[string, RunningHost]> => [
        host,
        await readRunning(connection, label),
      ],
    );
    return new Map(await Promise.all(hosts));
  }

  private createHosts(): Record<string, DockerHost> {
    const created = this.hosts.map((host): [string, DockerHost] => {
      const { name, docker, address, listen } = host;
      const endpoint = endpointOf(host, this.settings);
      const isOverSsh = docker.startsWith("ssh://") && !pulumi.runtime.isDryRun();
      return [
        name,
        {
          provider: new Provider(name, providerArgs(endpoint)),
          listen,
          socket: host.socket ?? engineSocket(endpoint),
          skipped: this.skipped.has(name),
          slots: isOverSsh ? new Slots(SSH_AT_ONCE) : undefined,
          address,
        },
      ];
    });
    return Object.fromEntries(created);
  }
}

/** Reports how far all downloads are, but not too often. */
class Progress {
  private readonly downloads = new Map<string, string>();
  private last = 0;

  tell(what: string, done: number, total: number | undefined): void {
    this.downloads.set(what, `${what}: ${describeBytes(done, total)}`);
    if (Date.now() - this.last < SILENT_SECONDS * 1000) return;
    this.last = Date.now();
    void pulumi.log.info([...this.downloads.values()].join("\n"), undefined, undefined, true);
  }
}
