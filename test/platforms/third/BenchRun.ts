import * as pulumi from "@pulumi/pulumi";
import type { LeaseLocation, Network, Platform, Workload, WorkloadArgs } from "../../../platforms/platform";
import type { PlatformRun, Preparation, RunArgs } from "../../../platforms/run";

/** A run that registers a component for each workload, and nothing that runs. */
export class BenchRun implements PlatformRun {
  readonly outputs: Readonly<Record<string, string>>;

  constructor(
    slots: readonly number[],
    private readonly power: boolean,
    private readonly args: RunArgs,
  ) {
    this.outputs = { slots: slots.join(",") };
  }

  async obstacles(): Promise<string[]> {
    return this.power ? [] : [`the bench of stack ${this.args.stackName} has no power`];
  }

  async volumes(): Promise<undefined> {
    return undefined;
  }

  async prepare(): Promise<Preparation> {
    return { skipped: new Set(), missing: [] };
  }

  platform(): Platform {
    return {
      segmentOf: () => "bench",
      network: (name, args, opts): Network => {
        new pulumi.ComponentResource("test:bench:Board", `${name}-board`, { hosts: args.hosts }, opts);
        return new BenchNetwork();
      },
    };
  }

  async untilStarted(): Promise<boolean> {
    return true;
  }

  close(): void {}
}

class BenchNetwork implements Network {
  workload(name: string, { host }: WorkloadArgs, opts: pulumi.CustomResourceOptions): Workload {
    new pulumi.ComponentResource("test:bench:Workload", name, { host }, opts);
    const address = { name, hostname: name, port: 7443, remote: false };
    return { name, addressFrom: () => address, addressFromElsewhere: () => address };
  }

  lease(_host: string, name: pulumi.Input<string>): LeaseLocation {
    return { namespace: "bench", name };
  }
}
