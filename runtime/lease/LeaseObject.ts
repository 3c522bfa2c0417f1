import type { BootClock } from "../bootClock";
import { isObject } from "../json";
import { type Api, type ApiAnswer, NoAccess } from "./apiServer";
import type { Asking, Lessor } from "./lessor";
import { type ApiObject, freeLease, recordOf, refusalOf, type Sighting, sight, takenLease } from "./record";
import type { WitnessAnswer } from "./rules";

/** How often it is looked again where others change it between look and change. */
const TRIES = 3;
/** Of the system (ECONNREFUSED), or that the time is over; anything else, such as a wrong certificate, is said. */
const NO_ANSWER = /^(E[A-Z]+|EAI_[A-Z]+|ABORT_ERR)$/;
const TOO_MANY_REQUESTS = 429;

/** It answered, but not as it does where all is in order. */
class Unexpected extends Error {}

/** It answered that it cannot, or that it may not have done what it was asked. */
class Unable extends Error {}

/**
 * A Lease object of a cluster (coordination.k8s.io/v1), by the rules of Kubernetes' own leader election: its holder
 * renews it, and who has seen it unchanged for as long as it lasts takes it over. Only own clocks count, and every
 * change is made under the resourceVersion of what was seen, so of several rivals one wins. A GET that names no
 * resourceVersion is answered from the newest state, whichever API server answers.
 */
export class LeaseObject implements Lessor {
  readonly kind = "api-server";
  readonly name: string;
  private readonly collection: string;
  private readonly path: string;
  private sighting: Sighting | undefined;

  constructor(
    private readonly place: { readonly namespace: string; readonly name: string },
    private readonly api: Api,
    private readonly clock: BootClock,
    /** Seconds, for all calls that one question takes. */
    private readonly within: number,
  ) {
    this.name = `${place.namespace}/${place.name}`;
    this.collection = `/apis/coordination.k8s.io/v1/namespaces/${place.namespace}/leases`;
    this.path = `${this.collection}/${place.name}`;
  }

  async ask(asking: Asking): Promise<WitnessAnswer> {
    const signal = AbortSignal.timeout(this.within * 1000);
    try {
      for (let tries = 0; tries < TRIES; tries += 1) {
        const answer = await this.lookAndTake(asking, signal);
        if (answer !== undefined) return answer;
      }
      return { kind: "faulty", why: `409: it was changed by others ${TRIES} times in a row` };
    } catch (failure) {
      return answerOf(failure);
    }
  }

  async release({ instance, round }: Pick<Asking, "instance" | "round">): Promise<void> {
    const signal = AbortSignal.timeout(this.within * 1000);
    try {
      const object = await this.get(signal);
      if (object === undefined) return;
      const found = recordOf(object);
      if (found.instance === instance && found.round <= round)
        await this.change(object, freeLease(object, new Date()), signal);
    } catch {
      // It ends by itself.
    }
  }

  /** Undefined where somebody changed it between the two, which tells nothing yet: it is to be looked at again. */
  private async lookAndTake(asking: Asking, signal: AbortSignal): Promise<WitnessAnswer | undefined> {
    const object = await this.get(signal);
    const found = object === undefined ? undefined : recordOf(object);
    const now = this.clock.seconds();
    this.sighting = sight(this.sighting, found, asking, now);
    const refusal = refusalOf(this.sighting, now);
    if (refusal !== undefined) return refusal;
    const taken = takenLease(object, this.place, asking, new Date());
    if (!(await this.change(object, taken, signal))) return undefined;
    this.sighting = undefined;
    return { kind: "granted", renewed: found?.instance === asking.instance };
  }

  private async get(signal: AbortSignal): Promise<ApiObject | undefined> {
    const answer = await this.api.call("GET", this.path, signal);
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) throw failureOf("get", answer);
    const { body } = answer;
    // Under what it has no version of nothing may be changed.
    if (
      !isObject(body) ||
      !isObject(body["metadata"]) ||
      typeof body["metadata"]["resourceVersion"] !== "string"
    )
      throw new Unexpected("the answer is not a Lease");
    return body;
  }

  /** Makes what was found into the other; false where it was not what was found any more. */
  private async change(found: ApiObject | undefined, to: ApiObject, signal: AbortSignal): Promise<boolean> {
    const isNew = found === undefined;
    const path = isNew ? this.collection : this.path;
    const answer = await this.api.call(isNew ? "POST" : "PUT", path, signal, to);
    if (answer.status === 409 || (answer.status === 404 && !isNew)) return false;
    if (answer.status >= 300) throw failureOf(isNew ? "create" : "update", answer);
    return true;
  }
}

function failureOf(verb: "get" | "create" | "update", { status, body }: ApiAnswer): Error {
  if (status >= 500 || status === TOO_MANY_REQUESTS) return new Unable();
  const message = isObject(body) && typeof body["message"] === "string" ? ` (${body["message"]})` : "";
  return new Unexpected(`${status}: ${meaningOf(verb, status)}${message}`);
}

function meaningOf(verb: string, status: number): string {
  if (status === 401) return "the API server does not take the token of the pod's service account";
  if (status === 403) return `the pod's service account may not ${verb} it`;
  if (status === 404) return "its namespace does not exist";
  return `the API server does not ${verb} it`;
}

function answerOf(failure: unknown): WitnessAnswer {
  if (failure instanceof NoAccess || failure instanceof Unexpected)
    return { kind: "faulty", why: failure.message };
  const code = failure instanceof Error && "code" in failure ? String(failure.code) : "";
  if (failure instanceof Unable || NO_ANSWER.test(code)) return { kind: "silent" };
  const why = failure instanceof Error ? failure.message : String(failure);
  return { kind: "faulty", why: `the API server cannot be asked: ${why}` };
}
