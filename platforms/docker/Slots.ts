import * as pulumi from "@pulumi/pulumi";

/**
 * Limits how many resources of one host the engine works on at once. Resources get slots in the order in which the
 * program makes them. A resource in a slot may wait for one that was made before it, and never for a later one, so
 * there is always one that can go on.
 */
export class Slots {
  private free: number;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly count: number) {
    this.free = count;
  }

  /** Slots for any number of resources. */
  static readonly unlimited = new Slots(Number.POSITIVE_INFINITY);

  /** Makes a resource that waits for a slot. The slot is free again when the engine has finished with the resource. */
  run<T extends pulumi.CustomResource>(
    opts: pulumi.CustomResourceOptions,
    make: (opts: pulumi.CustomResourceOptions) => T,
  ): T {
    if (this.count === Number.POSITIVE_INFINITY) return make(opts);
    const slot: Promise<pulumi.Input<pulumi.Resource>[]> = this.take().then(() => []);
    const resource = make(pulumi.mergeOptions(opts, { dependsOn: slot }));
    // If the registration fails, this output is rejected. The SDK itself reports the failure.
    resource.urn.apply(() => this.giveBack());
    return resource;
  }

  private take(): Promise<void> {
    if (this.free > 0) {
      this.free -= 1;
      return Promise.resolve();
    }
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private giveBack(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.free += 1;
    else next();
  }
}
