import * as pulumi from "@pulumi/pulumi";

/**
 * Bounds how many resources of one host are worked on at once, in the order in which the program names them. A resource
 * may wait in its slot for one that was named before it, never for one after it, so there is always one that can go on.
 */
export class Slots {
  private free: number;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly count: number) {
    this.free = count;
  }

  /** No bound at all. */
  static readonly unlimited = new Slots(Number.POSITIVE_INFINITY);

  /** Makes a resource that waits for a slot, and gives it back once the engine is done with it. */
  run<T extends pulumi.CustomResource>(
    opts: pulumi.CustomResourceOptions,
    make: (opts: pulumi.CustomResourceOptions) => T,
  ): T {
    if (this.count === Number.POSITIVE_INFINITY) return make(opts);
    const slot: Promise<pulumi.Input<pulumi.Resource>[]> = this.take().then(() => []);
    const resource = make(pulumi.mergeOptions(opts, { dependsOn: slot }));
    // An output is rejected where the registration failed; the SDK tells of that itself.
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
