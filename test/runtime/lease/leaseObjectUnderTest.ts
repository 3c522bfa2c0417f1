import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "vitest";
import { ApiServer } from "../../../runtime/lease/apiServer";
import { LeaseObject } from "../../../runtime/lease/LeaseObject";
import type { LeaseObjectName } from "../../../runtime/lease/leaseObjectRules";
import type { LessorAnswer } from "../../../runtime/lease/lessor";
import { ApiServerStandIn } from "../standIns/ApiServerStandIn";
import type { StoredLease } from "../standIns/leaseStore";

const OBJECT: LeaseObjectName = { namespace: "iguanas", name: "dokomodo-key" };
/** The same, as LeaseStore names it. */
export const PLACE = `${OBJECT.namespace}/${OBJECT.name}`;
/** How long a Lease lasts. */
export const LASTS = 30;
/** For an answer, where a test waits for the end of it. */
export const SHORT = 0.3;

export interface RivalArgs {
  readonly name: string;
  /** Holds the token and the authority. */
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
  /** Seconds; 5 where absent. */
  readonly answerWithin?: number | undefined;
  readonly objectName?: LeaseObjectName | undefined;
}

/** One of those that want a Lease, with a clock of its own that stands still until it is moved. */
export class Rival {
  /** Another's start, hence another time, means nothing. */
  readonly name: string;
  readonly directory: string;
  readonly clock = { bootId: "boot", now: 1000 * Math.random(), seconds: () => this.clock.now };
  private readonly object: LeaseObject;
  private round = 0;

  constructor({ name, directory, env, answerWithin = 5, objectName = OBJECT }: RivalArgs) {
    this.name = name;
    this.directory = directory;
    const api = new ApiServer(directory, env);
    this.object = new LeaseObject({ objectName, api, clock: this.clock, answerWithin });
  }

  async ask(): Promise<LessorAnswer> {
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

  rival(name: string, answerWithin?: number): Rival {
    const directory = join(this.directory, name);
    this.server.give(directory);
    return new Rival({ name, directory, env: this.env, answerWithin });
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

export const GRANTED: LessorAnswer = { kind: "granted", renewed: false };
export const RENEWED: LessorAnswer = { kind: "granted", renewed: true };
export const SILENT: LessorAnswer = { kind: "silent" };

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
