import * as pulumi from "@pulumi/pulumi";
import type { LeaseLocation, Network, NetworkArgs, Platform, Workload, WorkloadArgs } from "./platform";

/**
 * Several platforms as one. It leads to each host's own platform. A workload of another platform calls as from
 * elsewhere.
 */
export class PlatformByHost implements Platform {
  constructor(private readonly platforms: Readonly<Record<string, Platform>>) {}

  segmentOf(host: string): string {
    return this.of(host).segmentOf(host);
  }

  network(name: string, args: NetworkArgs, opts: pulumi.CustomResourceOptions): Network {
    const networks = new Map(
      [...new Set(args.hosts.map((host) => this.of(host)))].map((platform) => {
        const isOwn = (host: string) => this.of(host) === platform;
        const own = {
          ...args,
          hosts: args.hosts.filter(isOwn),
          calledFromElsewhere: args.calledFromElsewhere.filter(isOwn),
        };
        return [platform, platform.network(name, own, opts)] as const;
      }),
    );
    return new NetworkByHost(this, (host) => {
      const network = networks.get(this.of(host));
      if (network === undefined) throw new pulumi.RunError(`network ${name} is not on host ${host}`);
      return network;
    });
  }

  private of(host: string): Platform {
    const platform = this.platforms[host];
    if (platform === undefined) throw new pulumi.RunError(`no host is named ${host}`);
    return platform;
  }
}

class NetworkByHost implements Network {
  constructor(
    private readonly platform: PlatformByHost,
    private readonly of: (host: string) => Network,
  ) {}

  lease(host: string, name: pulumi.Input<string>): LeaseLocation {
    return this.of(host).lease(host, name);
  }

  workload(name: string, args: WorkloadArgs, opts: pulumi.CustomResourceOptions): Workload {
    const workload = this.of(args.host).workload(name, args, opts);
    const isNear = (host: string) => this.platform.segmentOf(host) === this.platform.segmentOf(args.host);
    return {
      name,
      addressFrom: (host) => (isNear(host) ? workload.addressFrom(host) : workload.addressFromElsewhere()),
      addressFromElsewhere: () => workload.addressFromElsewhere(),
    };
  }
}
