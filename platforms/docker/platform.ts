import { Container } from "@pulumi/docker/container";
import { Network as DockerNetworkResource } from "@pulumi/docker/network";
import type { Provider } from "@pulumi/docker/provider";
import { Volume } from "@pulumi/docker/volume";
import * as pulumi from "@pulumi/pulumi";
import { LINK_PORT } from "../haproxy/configuration";
import { proxyContainer } from "../haproxy/proxy";
import type {
  ContainerArgs,
  Network,
  NetworkArgs,
  Platform,
  Workload,
  WorkloadAddress,
  WorkloadArgs,
} from "../platform";
import { containerArgs, labelList, REPLACED_FOR } from "./container";
import { createGateway } from "./gateway";
import { NAMESERVER, NETWORK_LABEL, pauseName, sidecarName, volumeName } from "./names";
import { pauseArgs } from "./pause";
import { createRestarter } from "./restarter";
import { Slots } from "./Slots";

export interface DockerPlatformArgs {
  /** Keyed by the host's name in the stack's config. */
  readonly hosts: Readonly<Record<string, DockerHost>>;
  /** Image with HAProxy 2.6 or newer. */
  readonly proxyImage: pulumi.Input<string>;
  /** Image with Node 18 or newer. */
  readonly restarterImage: pulumi.Input<string>;
  /** Whether volumes refuse to be deleted by a plan. */
  readonly protectVolumes: boolean;
  /** Labels of everything that the platform makes, for `docker ps --filter label=…`. */
  readonly labels: Readonly<Record<string, string>>;
  /** Decides when workloads that run may be replaced; all at once if absent. */
  readonly rollOut?: DockerTurns | undefined;
}

/** Lets workloads be replaced one after the other. */
export interface DockerTurns {
  /**
   * Calls `make` when it is the workload's turn.
   * @param workload `name` is its first container's; `port` is the loopback port on which it takes calls, if it takes
   * any
   */
  run(
    workload: { readonly host: string; readonly name: string; readonly port?: number | undefined },
    make: () => readonly Container[],
  ): void;
}

export interface DockerHost {
  /**
   * The host's own provider. The default provider, which works on the operator's own engine, is disabled
   * (docs/internals/pulumi.md, default providers).
   */
  readonly provider: Provider;
  /** IPv4 address at which other hosts reach it. A host that nobody calls from elsewhere needs none. */
  readonly address?: string | undefined;
  /** Address of the host that published ports are bound to; 0.0.0.0 for all of them. */
  readonly listen: string;
  /** Path of the engine's socket on the host itself, for the restarter. */
  readonly socket: string;
  /** Limits how many of its resources are worked on at once; no limit if absent. */
  readonly slots?: Slots | undefined;
  /**
   * Whether nothing is registered for the host in this run. The program has to fail then, or the engine would delete
   * what is on the host (docs/internals/pulumi.md, what is not registered is deleted).
   */
  readonly skipped?: boolean | undefined;
}

/** Runs workloads on Docker Engines. Each has a pause container, whose network and PID namespaces the others join. */
export class DockerPlatform implements Platform {
  constructor(private readonly args: DockerPlatformArgs) {}

  segmentOf(host: string): string {
    return `host ${host}`;
  }

  network(name: string, args: NetworkArgs, opts: pulumi.CustomResourceOptions): Network {
    const parts = args.hosts.map((hostName): [string, NetworkPart] => {
      const host = this.args.hosts[hostName];
      if (host === undefined) throw new pulumi.RunError(`no Docker host is named ${hostName}`);
      if (host.skipped === true) return [hostName, host];
      const options = { ...opts, provider: host.provider };
      const { labels } = this.args;
      const { slots = Slots.unlimited } = host;
      const resource = slots.run({ ...options, deleteBeforeReplace: true }, (own) => {
        const networkArgs = { name, driver: "bridge", labels: labelList(labels) };
        return new DockerNetworkResource(`${name}-${hostName}`, networkArgs, own);
      });
      slots.run(options, (own) => {
        const restarter = { network: name, image: this.args.restarterImage, socket: host.socket, labels };
        return createRestarter(`${name}-${hostName}-restarter`, restarter, own);
      });
      if (args.calledFromElsewhere.includes(hostName)) {
        slots.run(options, (own) => {
          const { listen } = host;
          const leadsTo = { network: name, networkName: resource.name, listen, port: args.linkPort };
          const gateway = { ...leadsTo, image: this.args.proxyImage, labels };
          return createGateway(`${name}-${hostName}-gateway`, gateway, own);
        });
      }
      return [hostName, { ...host, name: resource.name }];
    });
    return new DockerNetwork(name, this.args, args.linkPort, new Map(parts));
  }
}

/** The part of a network that is on one host. */
interface NetworkPart extends DockerHost {
  /** Name of the network's resource on the host; absent if the host is skipped. */
  readonly name?: pulumi.Output<string> | undefined;
}

class DockerNetwork implements Network {
  constructor(
    private readonly name: string,
    private readonly platform: DockerPlatformArgs,
    private readonly linkPort: number,
    private readonly parts: ReadonlyMap<string, NetworkPart>,
  ) {}

  lease(host: string): never {
    throw new pulumi.RunError(`host ${host} is on Docker, which lends no lease; the notary needs witnesses`);
  }

  workload(name: string, args: WorkloadArgs, opts: pulumi.CustomResourceOptions): Workload {
    const part = this.parts.get(args.host);
    if (part === undefined) {
      throw new pulumi.RunError(`${name}: its network has no part on host ${args.host}`);
    }
    if (part.name !== undefined) {
      const network = { ...part, name: part.name };
      const make = () => this.createContainers(name, args, network, opts);
      const { rollOut } = this.platform;
      if (rollOut === undefined) make();
      else rollOut.run({ host: args.host, name, port: args.serves?.port }, make);
    }
    const addressFromElsewhere = (): WorkloadAddress => {
      const { address } = part;
      if (address === undefined) {
        throw new pulumi.RunError(`${name} is called from elsewhere, and host ${args.host} has no address`);
      }
      return { name, hostname: address, port: this.linkPort, remote: true };
    };
    return {
      name,
      addressFrom: (host) =>
        host === args.host
          ? { name, hostname: name, port: LINK_PORT, remote: false }
          : addressFromElsewhere(),
      addressFromElsewhere,
    };
  }

  private createContainers(
    name: string,
    args: WorkloadArgs,
    network: NetworkPart & { readonly name: pulumi.Output<string> },
    opts: pulumi.CustomResourceOptions,
  ): Container[] {
    const labels = labelList({ ...this.platform.labels, ...args.labels, [NETWORK_LABEL]: this.name });
    const options = { ...opts, provider: network.provider };
    const { slots = Slots.unlimited } = network;
    const [first] = args.containers;
    const firstVolume = this.volume(name, first, slots, options);
    const parts = args.containers.map((container, index) => {
      const ownName = index === 0 ? name : sidecarName(name, container.role);
      const isFirsts = index === 0 || container.volume?.ofFirst === true;
      return {
        container,
        ownName,
        volume: isFirsts ? firstVolume : this.volume(ownName, container, slots, options),
      };
    });
    const pause = slots.run(options, (own) => {
      const { containers, publishedPorts } = args;
      const { listen } = network;
      const volume = first.volume?.sharedAs === undefined ? firstVolume : undefined;
      const holds = {
        workload: name,
        networkName: network.name,
        containers,
        publishedPorts,
        listen,
        labels,
        volume,
      };
      return new Container(pauseName(name), pauseArgs(holds), own);
    });
    // A container that starts again alone comes back into the same network. Pause ends after the others. If pause is
    // killed, the kernel ends the others with it, and the engine starts all of them again. The restarter starts those
    // that the engine gives up (docs/internals/engines.md, what Docker gives up).
    const shared = { networkMode: containerMode(pause), pidMode: containerMode(pause), labels };
    const joinedOptions = { ...options, replaceOnChanges: REPLACED_FOR };
    const proxy = slots.run(joinedOptions, (own) => {
      const container = proxyContainer(this.platform.proxyImage, args, NAMESERVER);
      const ownName = sidecarName(name, container.role);
      return new Container(ownName, containerArgs(ownName, container, shared, undefined), own);
    });
    // A proxy takes the former password of its daemon and gives it the present one, so it has to be there before a
    // daemon that takes no other. No container is replaced with a proxy that it only waits for (docs/internals/pulumi.md,
    // dependsOn does not replace).
    const behindProxy = pulumi.mergeOptions(joinedOptions, { dependsOn: [proxy] });
    const joined = parts.map(({ container, ownName, volume }) =>
      slots.run(behindProxy, (own) => {
        return new Container(ownName, containerArgs(ownName, container, shared, volume), own);
      }),
    );
    return [pause, proxy, ...joined];
  }

  private volume(
    name: string,
    container: ContainerArgs,
    slots: Slots,
    opts: pulumi.CustomResourceOptions,
  ): pulumi.Input<string> | undefined {
    if (container.volume === undefined) return undefined;
    // No stack owns a shared volume. The engine makes it for the first container that mounts it.
    if (container.volume.sharedAs !== undefined) return container.volume.sharedAs;
    const volumeOptions = {
      ...opts,
      protect: this.platform.protectVolumes,
      retainOnDelete: true,
      // A change of these inputs would replace the volume, and that deletes its data (docs/internals/pulumi.md, a
      // volume).
      ignoreChanges: ["labels", "driverOpts", "driver"],
    };
    const volume = slots.run(volumeOptions, (own) => {
      return new Volume(
        volumeName(name),
        { name: volumeName(name), labels: labelList(this.platform.labels) },
        own,
      );
    });
    return volume.name;
  }
}

function containerMode(pause: Container): pulumi.Output<string> {
  return pulumi.interpolate`container:${pause.id}`;
}
