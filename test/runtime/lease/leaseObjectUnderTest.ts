import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "vitest";
import { ApiServer } from "../../../runtime/lease/apiServer";
import { LeaseObject } from "../../../runtime/lease/LeaseObject";
import type { WitnessAnswer } from "../../../runtime/lease/rules";
import { ApiServerStandIn } from "../standIns/ApiServerStandIn";
import type { StoredLease } from "../standIns/leaseStore";

export const PLACE = "iguanas/dokomodo-key";
/** How long a Lease lasts. */
export const LASTS = 30;
/** For an answer, where a test waits for the end of it. */
export const SHORT = 0.3;

/** One of those that want a Lease, with a clock of its own that stands still until it is moved. */
export class Rival {
  /** Another's start, hence another time, means nothing. */
  readonly clock = { bootId: "boot", now: 1000 * Math.random(), seconds: () => this.clock.now };
  private readonly object: LeaseObject;
  private round = 0;

  constructor(
    readonly name: string,
    readonly directory: string,
    env: NodeJS.ProcessEnv,
    /** For an answer, in seconds. */
    within = 5,
    place = PLACE,
  ) {
    const [namespace = "", object = ""] = place.split("/");
    const api = new ApiServer(env, directory);
    this.object = new LeaseObject({ namespace, name: object }, api, this.clock, within);
  }

  async ask(): Promise<WitnessAnswer> {
    this.round += 1;
    const { name: instance, round } = this;
    return this.object.ask({ instance, holder: `notary ${instance}`, seconds: LASTS, round });
  }

  async release(round = this.round): Promise<void> {
    await this.object.release({ instance: this.name, round });
  }
}

/** An API server, and rivals for one Lease of it. */
export class LeaseObjectUnderTest {
  readonly server = new ApiServerStandIn();
  private readonly directory = mkdtempSync(join(tmpdir(), "dokomodo-lease-object-"));

  static async with({ onTestFinished }: TestContext): Promise<LeaseObjectUnderTest> {
    const it = new LeaseObjectUnderTest();
    onTestFinished(async () => {
      await it.server.stop();
      rmSync(it.directory, { recursive: true, force: true });
    });
    await it.server.start();
    return it;
  }

  rival(name: string, within?: number): Rival {
    const directory = join(this.directory, name);
    this.server.give(directory);
    return new Rival(name, directory, this.env, within);
  }

  get env(): NodeJS.ProcessEnv {
    return { KUBERNETES_SERVICE_HOST: "127.0.0.1", KUBERNETES_SERVICE_PORT: String(this.server.port) };
  }

  get lease(): StoredLease | undefined {
    return this.server.store.lease(PLACE);
  }

  get holder(): unknown {
    return this.lease?.spec["holderIdentity"];
  }
}

export const GRANTED: WitnessAnswer = { kind: "granted", renewed: false };
export const RENEWED: WitnessAnswer = { kind: "granted", renewed: true };
export const SILENT: WitnessAnswer = { kind: "silent" };

export function refusedBy(name: string, seenSeconds: number): object {
  return {
    kind: "refused",
    holder: `notary ${name}`,
    seenSeconds: near(seenSeconds),
    seconds: near(LASTS - seenSeconds),
  };
}

/** A sum of seconds is seldom exact. */
function near(seconds: number): unknown {
  return {
    asymmetricMatch: (other: unknown) => typeof other === "number" && Math.abs(other - seconds) < 0.001,
    toString: () => `about ${seconds}`,
  };
}
