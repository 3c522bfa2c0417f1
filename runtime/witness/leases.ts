import type { BootClock } from "../bootClock";
import {
  type Decision,
  decide,
  decideRelease,
  type LeaseRecord,
  type LeaseRequest,
  ofThisBoot,
} from "./decide";
import type { Found, LeaseFiles } from "./leaseFiles";

/** More rivals for one key at one moment than any number of notaries makes. */
const TRIES = 200;

/** Gives leases and takes them back, and says each change once. */
export class Leases {
  /** By key, who was told that it may not, since the holder last changed. */
  private readonly refused = new Map<string, { readonly by: string; readonly rivals: Set<string> }>();

  constructor(
    private readonly files: LeaseFiles,
    private readonly clock: BootClock,
    private readonly log: (line: string) => void,
  ) {}

  async ask(key: string, request: LeaseRequest): Promise<Decision> {
    return this.change(key, async (found) => {
      const decision = decide(found.record, request, this.clock);
      if (decision.kind === "refused") {
        if (decision.write !== undefined && !(await this.files.follow(key, found, decision.write, false)))
          return undefined;
        this.sayRefused(key, request, decision.by);
        return decision;
      }
      // Losing a renewal in a power failure does no harm, for after it every lease counts as renewed.
      const isNew = found.record?.instance !== request.instance;
      if (!(await this.files.follow(key, found, decision.write, isNew))) return undefined;
      if (!decision.renewed) this.sayGranted(key, decision.write, found.record);
      return decision;
    });
  }

  /** Whether the instance had the lease until now. */
  async release(key: string, of: Pick<LeaseRequest, "instance" | "round">): Promise<boolean> {
    return this.change(key, async (found) => {
      const write = decideRelease(found.record, of, this.clock);
      if (write === undefined) return false;
      if (!(await this.files.follow(key, found, write, false))) return undefined;
      if (found.record?.seconds === 0) return false;
      this.say(key, `given back by ${write.holder}`);
      return true;
    });
  }

  /** Every lease of an earlier boot counts as renewed from now on; called once, at the start. */
  async adopt(): Promise<void> {
    for (const key of await this.files.keys()) {
      const found = await this.files.find(key);
      if (found.record === undefined) continue;
      const record = ofThisBoot(found.record, this.clock);
      // Whoever is faster has adopted it, too.
      if (record !== found.record) await this.files.follow(key, found, record, false);
    }
  }

  private async change<T>(key: string, attempt: (found: Found) => Promise<T | undefined>): Promise<T> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const done = await attempt(await this.files.find(key));
      if (done !== undefined) return done;
    }
    throw new Error(`the lease was changed by others ${TRIES} times in a row`);
  }

  private sayGranted(key: string, { instance, holder }: LeaseRecord, before: LeaseRecord | undefined): void {
    const isSilent = before !== undefined && before.seconds > 0 && before.instance !== instance;
    const silence = isSilent ? Math.round(this.clock.seconds() - before.renewedAt) : 0;
    this.say(
      key,
      isSilent
        ? `taken over by ${holder} after ${before.holder} was silent for ${silence} s`
        : `granted to ${holder}`,
    );
  }

  private sayRefused(key: string, { instance, holder }: LeaseRequest, by: LeaseRecord): void {
    let refused = this.refused.get(key);
    if (refused?.by !== by.instance) {
      refused = { by: by.instance, rivals: new Set() };
      this.refused.set(key, refused);
    }
    if (refused.rivals.has(instance) || by.instance === instance) return;
    refused.rivals.add(instance);
    this.say(key, `refused to ${holder} while ${by.holder} holds it`);
  }

  private say(key: string, text: string): void {
    this.log(`${key.slice(0, 12)}: ${text}`);
  }
}
