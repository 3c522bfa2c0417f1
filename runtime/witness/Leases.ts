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

/** Gives the lease of one key and takes it back, and says each change once. */
export class Leases {
  /** Who was told that it may not, since the holder last changed. */
  private refused: { readonly by: string; readonly rivals: Set<string> } | undefined;

  constructor(
    private readonly files: LeaseFiles,
    private readonly clock: BootClock,
    private readonly log: (line: string) => void,
  ) {}

  /** The public key that this is for. */
  get key(): string {
    return this.files.key;
  }

  async ask(request: LeaseRequest): Promise<Decision> {
    return this.change(async (found) => {
      const decision = decide(found.record, request, this.clock);
      if (decision.kind === "refused") {
        if (decision.write !== undefined && !(await this.files.follow(found, decision.write, false)))
          return undefined;
        this.sayRefused(request, decision.by);
        return decision;
      }
      const isNew = found.record?.instance !== request.instance;
      // What could not be renewed on a full disk is better not granted on one.
      if (isNew) await this.files.reserve();
      // Losing a renewal in a power failure does no harm, for after it every lease counts as renewed.
      if (!(await this.files.follow(found, decision.write, isNew))) return undefined;
      if (!decision.renewed) this.sayGranted(decision.write, found.record);
      return decision;
    });
  }

  /** Whether the instance had the lease until now. */
  async release(of: Pick<LeaseRequest, "instance" | "round">): Promise<boolean> {
    return this.change(async (found) => {
      const write = decideRelease(found.record, of, this.clock);
      if (write === undefined) return false;
      if (!(await this.files.follow(found, write, false))) return undefined;
      if (found.record?.seconds === 0) return false;
      this.say(`given back by ${write.holder}`);
      return true;
    });
  }

  /** A lease of an earlier boot counts as renewed from now on; called once, at the start. */
  async adopt(): Promise<void> {
    const found = await this.files.find();
    if (found.record === undefined) return;
    const record = ofThisBoot(found.record, this.clock);
    // Whoever is faster has adopted it, too.
    if (record !== found.record) await this.files.follow(found, record, false);
  }

  private async change<T>(attempt: (found: Found) => Promise<T | undefined>): Promise<T> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const done = await attempt(await this.files.find());
      if (done !== undefined) return done;
    }
    throw new Error(`the lease was changed by others ${TRIES} times in a row`);
  }

  private sayGranted({ instance, holder }: LeaseRecord, before: LeaseRecord | undefined): void {
    const isSilent = before !== undefined && before.seconds > 0 && before.instance !== instance;
    const silence = isSilent ? Math.round(this.clock.seconds() - before.renewedAt) : 0;
    this.say(
      isSilent
        ? `taken over by ${holder} after ${before.holder} was silent for ${silence} s`
        : `granted to ${holder}`,
    );
  }

  private sayRefused({ instance, holder }: LeaseRequest, by: LeaseRecord): void {
    if (this.refused?.by !== by.instance) this.refused = { by: by.instance, rivals: new Set() };
    const { rivals } = this.refused;
    if (rivals.has(instance) || by.instance === instance) return;
    rivals.add(instance);
    this.say(`refused to ${holder} while ${by.holder} holds it`);
  }

  private say(text: string): void {
    this.log(`${this.key.slice(0, 12)}: ${text}`);
  }
}
