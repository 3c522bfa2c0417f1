import type { BootClock } from "../bootClock";
import type { LeaseRequest, ReleaseRequest } from "../lease/lessor";
import { type Decision, decide, decideRelease, type LeaseRecord, ofThisBoot } from "./decide";
import type { Found, LeaseFiles } from "./leaseFiles";

/** So many rivals for one key at one moment are more than any number of notaries makes. */
const TRIES = 200;

/** Gives the lease of one key and takes it back. Each change is logged once. */
export class Leases {
  /** The rivals that were refused since the holder last changed. */
  private refused: { readonly by: string; readonly rivals: Set<string> } | undefined;

  constructor(
    private readonly files: LeaseFiles,
    private readonly clock: BootClock,
    private readonly log: (line: string) => void,
  ) {}

  /** The public key whose lease this is. */
  get key(): string {
    return this.files.key;
  }

  async ask(request: LeaseRequest): Promise<Decision> {
    return this.change(async (found) => {
      const decision = decide(found.record, request, this.clock);
      if (decision.kind === "refused") {
        if (decision.write !== undefined && !(await this.files.follow(found, decision.write, false)))
          return undefined;
        this.logRefused(request, decision.by);
        return decision;
      }
      const isNew = found.record?.instance !== request.instance;
      // A lease that could not be renewed on a full disk is better not granted.
      if (isNew) await this.files.reserve();
      // A renewal may be lost in a power failure. After the boot every lease counts as renewed.
      if (!(await this.files.follow(found, decision.write, isNew))) return undefined;
      if (!decision.renewed) this.logGranted(decision.write, found.record);
      return decision;
    });
  }

  /** Answers whether the instance had the lease until now. */
  async release(request: ReleaseRequest): Promise<boolean> {
    return this.change(async (found) => {
      const write = decideRelease(found.record, request, this.clock);
      if (write === undefined) return false;
      if (!(await this.files.follow(found, write, false))) return undefined;
      if (found.record?.seconds === 0) return false;
      this.logChange(`given back by ${write.holder}`);
      return true;
    });
  }

  /** Lets a lease of an earlier boot count as renewed from now on. To be called once, at the start. */
  async adopt(): Promise<void> {
    const found = await this.files.find();
    if (found.record === undefined) return;
    const record = ofThisBoot(found.record, this.clock);
    // Where another witness is faster, it has adopted the lease as well.
    if (record !== found.record) await this.files.follow(found, record, false);
  }

  private async change<T>(attempt: (found: Found) => Promise<T | undefined>): Promise<T> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const done = await attempt(await this.files.find());
      if (done !== undefined) return done;
    }
    throw new Error(`the lease was changed by others ${TRIES} times in a row`);
  }

  private logGranted({ instance, holder }: LeaseRecord, before: LeaseRecord | undefined): void {
    const isTakenOver = before !== undefined && before.seconds > 0 && before.instance !== instance;
    const silence = isTakenOver ? Math.round(this.clock.seconds() - before.renewedAt) : 0;
    this.logChange(
      isTakenOver
        ? `taken over by ${holder} after ${before.holder} was silent for ${silence} s`
        : `granted to ${holder}`,
    );
  }

  private logRefused({ instance, holder }: LeaseRequest, by: LeaseRecord): void {
    if (this.refused?.by !== by.instance) this.refused = { by: by.instance, rivals: new Set() };
    const { rivals } = this.refused;
    if (rivals.has(instance) || by.instance === instance) return;
    rivals.add(instance);
    this.logChange(`refused to ${holder} while ${by.holder} holds it`);
  }

  private logChange(text: string): void {
    this.log(`${this.key.slice(0, 12)}: ${text}`);
  }
}
