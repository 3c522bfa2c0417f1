import { Container, type ContainerArgs as DockerContainerArgs } from "@pulumi/docker/container";
import { Network as DockerNetworkResource } from "@pulumi/docker/network";
import type { Provider } from "@pulumi/docker/provider";
import { Volume } from "@pulumi/docker/volume";
import * as pulumi from "@pulumi/pulumi";
import type { ContainerArgs, Network, NetworkArgs, Platform, Workload, WorkloadArgs } from "./platform";
import { LINK_PORT, PROXY_DIRECTORY, proxyConfiguration } from "./proxy";
import { runtimeFile } from "./runtimeFile";

export interface DockerPlatformArgs {
  /** By the host's name in the stack's config. */
  readonly hosts: Readonly<Record<string, DockerHost>>;
  /** Image whose process does nothing but hold the workload's namespaces. */
  readonly pauseImage: pulumi.Input<string>;
  /** Image with HAProxy 2.6 or newer. */
  readonly proxyImage: pulumi.Input<string>;
  /** Image with Node 18 or newer. */
  readonly restarterImage: pulumi.Input<string>;
  /** Whether volumes refuse to be deleted by a plan. */
  readonly protectVolumes: boolean;
  /** Static marks of everything that the platform makes, for `docker ps --filter label=…`. */
  readonly labels: Readonly<Record<string, string>>;
}

export interface DockerHost {
  /** Explicit: the default provider would be whatever the operator's machine has. */
  readonly provider: Provider;
  /** Address of the host that published ports are bound to; 0.0.0.0 for all of them. */
  readonly listen: string;
  /** Path of the engine's socket on the host itself, for the restarter. */
  readonly socket: string;
}

/** Workloads on Docker Engines: each a pause container and, in its network and PID namespaces, the others. */
export class DockerPlatform implements Platform {
  constructor(private readonly args: DockerPlatformArgs) {}

  network(name: string, args: NetworkArgs, opts: pulumi.CustomResourceOptions): Network {
    const parts = args.hosts.map((hostName): [string, NetworkPart] => {
      const host = this.args.hosts[hostName];
      if (host === undefined) throw new pulumi.RunError(`no Docker host is named ${hostName}`);
      const resource = new DockerNetworkResource(
        `${name}-${hostName}`,
        { name, driver: "bridge", labels: labelList(this.args.labels) },
        { ...opts, provider: host.provider, deleteBeforeReplace: true },
      );
      this.restarter(`${name}-${hostName}-restarter`, name, host, opts);
      return [hostName, { ...host, name: resource.name }];
    });
    return new DockerNetwork(name, this.args, new Map(parts));
  }

  /** Starts again what Docker gave up after a reboot or a killed pause container (runtime/restarter). */
  private restarter(
    logicalName: string,
    network: string,
    host: DockerHost,
    opts: pulumi.CustomResourceOptions,
  ): void {
    const program = "/run/dokomodo/restarter.cjs";
    new Container(
      logicalName,
      {
        // It holds the engine's socket, whose owner it has to be, and nothing else: no network, no capability.
        ...hardened({ user: "0:0", memoryMiB: 128, graceSeconds: 10 }),
        name: `${network}-restarter`,
        image: this.args.restarterImage,
        networkMode: "none",
        entrypoints: ["node"],
        command: [program, host.socket, networkLabel(network)],
        uploads: [{ file: program, content: runtimeFile("restarter.cjs"), permissions: "0444" }],
        mounts: [{ type: "bind", source: host.socket, target: host.socket }],
        labels: labelList(this.args.labels),
      },
      { ...opts, provider: host.provider },
    );
  }
}

const NETWORK_LABEL = "dokomodo.network";

/** The label, in a filter's form, of every container of a network's workloads. */
function networkLabel(network: string): string {
  return `${NETWORK_LABEL}=${network}`;
}

/** A network as one host has it. */
interface NetworkPart extends DockerHost {
  readonly name: pulumi.Output<string>;
}

class DockerNetwork implements Network {
  constructor(
    private readonly name: string,
    private readonly platform: DockerPlatformArgs,
    private readonly parts: ReadonlyMap<string, NetworkPart>,
  ) {}

  workload(name: string, args: WorkloadArgs, opts: pulumi.CustomResourceOptions): Workload {
    const network = this.parts.get(args.host);
    if (network === undefined) {
      throw new pulumi.RunError(`${name}: its network has no part on host ${args.host}`);
    }
    const labels = labelList({ ...this.platform.labels, ...args.labels, [NETWORK_LABEL]: this.name });
    const options = { ...opts, provider: network.provider };
    const pause = new Container(
      `${name}-pause`,
      {
        ...hardened({ user: "65534:65534", memoryMiB: 32, graceSeconds: 10 }),
        name: `${name}-pause`,
        image: this.platform.pauseImage,
        labels,
        hostname: name,
        networkMode: "bridge",
        networksAdvanced: [{ name: network.name, aliases: [name] }],
        // Sorted as the engine reads them back, or every refresh shows a change (pulumi.md 3.1, point 4).
        ports: [...args.publishedPorts]
          .sort((a, b) => a - b)
          .map((port) => ({ internal: port, external: port, ip: network.listen, protocol: "tcp" })),
      },
      options,
    );
    // A container that starts again alone comes back into the same network; if pause dies, the kernel ends the
    // others with it and Docker starts all of them again.
    const shared = { networkMode: containerMode(pause), pidMode: containerMode(pause), labels };
    for (const [index, container] of [...args.containers, this.proxy(args)].entries()) {
      const containerName = index === 0 ? name : `${name}-${container.role}`;
      new Container(
        containerName,
        containerArgs(containerName, container, shared, this.volume(containerName, container, options)),
        {
          ...options,
          // An edited healthcheck is no change to the plugin (pulumi.md 3.1, point 3).
          replaceOnChanges: ["healthcheck"],
        },
      );
    }
    return { name, address: { hostname: name, port: LINK_PORT } };
  }

  private volume(
    name: string,
    container: ContainerArgs,
    opts: pulumi.CustomResourceOptions,
  ): Volume | undefined {
    if (container.volume === undefined) return undefined;
    return new Volume(
      `${name}-data`,
      { name: `${name}-data`, labels: labelList(this.platform.labels) },
      {
        ...opts,
        protect: this.platform.protectVolumes,
        retainOnDelete: true,
        // A replaced volume is a deleted volume: the plugin removes it by name (pulumi.md 3.1, point 8).
        ignoreChanges: ["labels", "driverOpts", "driver"],
      },
    );
  }

  private proxy(args: WorkloadArgs): ContainerArgs {
    const { identity } = args;
    return {
      role: "proxy",
      image: this.platform.proxyImage,
      command: ["haproxy", "-f", `${PROXY_DIRECTORY}/haproxy.cfg`],
      user: "65534:65534",
      environment: {},
      files: [
        { path: `${PROXY_DIRECTORY}/haproxy.cfg`, content: proxyConfiguration(args.calls, args.serves) },
        { path: `${PROXY_DIRECTORY}/authority.pem`, content: identity.authority },
        {
          path: `${PROXY_DIRECTORY}/identity.pem`,
          content: pulumi.interpolate`${identity.certificate}${identity.privateKey}`,
        },
      ],
      memoryMiB: 128,
      graceSeconds: 10,
    };
  }
}

function containerMode(pause: Container): pulumi.Output<string> {
  return pulumi.interpolate`container:${pause.id}`;
}

function labelList(labels: Readonly<Record<string, string>>): { label: string; value: string }[] {
  return Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, value]) => ({ label, value }));
}

function containerArgs(
  name: string,
  container: ContainerArgs,
  shared: Pick<DockerContainerArgs, "networkMode" | "pidMode" | "labels">,
  volume: Volume | undefined,
): DockerContainerArgs {
  const [entrypoint, ...command] = container.command;
  if (entrypoint === undefined) throw new pulumi.RunError(`${name}: the command is empty`);
  return {
    ...hardened(container),
    ...shared,
    name,
    image: container.image,
    entrypoints: [entrypoint],
    command,
    ...(container.workingDirectory === undefined ? {} : { workingDir: container.workingDirectory }),
    envs: Object.entries(container.environment)
      .map(([key, value]) => `${key}=${value}`)
      .sort(),
    // The engine unpacks them as root; 0444 lets the daemon's own user read them, and nobody else is in there.
    uploads: container.files.map(({ path, content }) => ({ file: path, content, permissions: "0444" })),
    mounts:
      volume === undefined || container.volume === undefined
        ? []
        : [{ type: "volume", source: volume.name, target: container.volume.mountPath }],
    ...(container.healthCommand === undefined
      ? {}
      : {
          healthcheck: {
            tests: ["CMD", ...container.healthCommand],
            interval: "30s",
            timeout: "10s",
            retries: 3,
            startPeriod: "30s",
          },
        }),
  };
}

/** What every container gets: least privilege, bounded memory and logs, a stop that waits for the process. */
function hardened(
  container: Pick<ContainerArgs, "user" | "memoryMiB" | "graceSeconds">,
): Omit<DockerContainerArgs, "image"> {
  return {
    user: container.user,
    capabilities: { drops: ["ALL"] },
    securityOpts: ["no-new-privileges:true"],
    memory: container.memoryMiB,
    // Without it the engine sets the double and every refresh shows a change (testbed.md).
    memorySwap: container.memoryMiB,
    restart: "unless-stopped",
    mustRun: true,
    // The plugin's delete kills at once unless told otherwise; stopTimeout is what `docker stop` and a reboot use.
    destroyGraceSeconds: container.graceSeconds,
    stopTimeout: container.graceSeconds,
    logDriver: "json-file",
    logOpts: { "max-file": "5", "max-size": "20m" },
  };
}
