import type { BootClock } from "../bootClock";
import { isObject } from "../json";
import { type Api, type ApiAnswer, NoAccess } from "./apiServer";
import {
  type ApiObject,
  freeLease,
  type LeaseObjectName,
  observedLease,
  refusalOf,
  type Sighting,
  sight,
  takenLease,
} from "./leaseObjectRules";
import type { LeaseRequest, Lessor, LessorAnswer, ReleaseRequest } from "./lessor";

/** How often the object is looked at again where others change it between our look and our change. */
const TRIES = 3;
/**
 * Codes of errors that mean "no answer": those of the system (ECONNREFUSED), and the end of the time. Other errors,
 * such as a wrong certificate, are told to people.
 */
const NO_ANSWER = /^(E[A-Z]+|EAI_[A-Z]+|ABORT_ERR)$/;
const TOO_MANY_REQUESTS = 429;

/** The API server gave an answer that only a wrong set-up explains. */
class Unexpected extends Error {}

/** The API server could not do what it was asked, or may not have done it. */
class Unable extends Error {}

export interface LeaseObjectArgs {
  readonly objectName: LeaseObjectName;
  readonly api: Api;
  readonly clock: BootClock;
  /** Seconds, for all calls that one request takes. */
  readonly answerWithin: number;
}

/**
 * A Lease object of a cluster (coordination.k8s.io/v1), by the rules of Kubernetes' own leader election
 * (k8s.io/client-go/tools/leaderelection). Its holder renews it. An instance that has seen it unchanged for as long as
 * it lasts takes it over.
 *
 * Each instance measures with its own clock. Every change names the resourceVersion of the object that was read, so one
 * of several rivals wins. A GET that names no resourceVersion is answered from the newest state, whichever API server
 * answers.
 */
export class LeaseObject implements Lessor {
  readonly kind = "api-server";
  readonly name: string;
  private readonly collection: string;
  private readonly path: string;
  private sighting: Sighting | undefined;

  constructor(private readonly args: LeaseObjectArgs) {
    const { namespace, name } = args.objectName;
    this.name = `${namespace}/${name}`;
    this.collection = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`;
    this.path = `${this.collection}/${name}`;
  }

  async ask(request: LeaseRequest): Promise<LessorAnswer> {
    const signal = AbortSignal.timeout(this.args.answerWithin * 1000);
    try {
      for (let tries = 0; tries < TRIES; tries += 1) {
        const answer = await this.lookAndTake(request, signal);
        if (answer !== undefined) return answer;
      }
      return { kind: "faulty", why: `409: it was changed by others ${TRIES} times in a row` };
    } catch (failure) {
      return answerOf(failure);
    }
  }

  async release({ instance, round }: ReleaseRequest): Promise<void> {
    const signal = AbortSignal.timeout(this.args.answerWithin * 1000);
    try {
      const object = await this.get(signal);
      if (object === undefined) return;
      const found = observedLease(object);
      if (found.instance === instance && found.round <= round)
        await this.change(object, freeLease(object, new Date()), signal);
    } catch {
      // The lease ends by itself.
    }
  }

  /** Undefined where somebody changed the object after we read it. Then it has to be read again. */
  private async lookAndTake(request: LeaseRequest, signal: AbortSignal): Promise<LessorAnswer | undefined> {
    const { objectName, clock } = this.args;
    const object = await this.get(signal);
    const found = object === undefined ? undefined : observedLease(object);
    // Taken after the read, so that nothing we have seen is newer than this time.
    const now = clock.seconds();
    this.sighting = sight(this.sighting, { found, request, now });
    const refusal = refusalOf(this.sighting, now);
    if (refusal !== undefined) return refusal;
    const taken = takenLease(object, { objectName, request, wallClock: new Date() });
    if (!(await this.change(object, taken, signal))) return undefined;
    this.sighting = undefined;
    return { kind: "granted", renewed: found?.instance === request.instance };
  }

  private async get(signal: AbortSignal): Promise<ApiObject | undefined> {
    const answer = await this.args.api.call({ method: "GET", path: this.path, signal });
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) throw failureOf("get", answer);
    const { body } = answer;
    // Without a version the object cannot be changed safely.
    if (
      !isObject(body) ||
      !isObject(body["metadata"]) ||
      typeof body["metadata"]["resourceVersion"] !== "string"
    )
      throw new Unexpected("the answer is not a Lease");
    return body;
  }

  /** Replaces the object that was found; false where it is no longer the one that was found. */
  private async change(found: ApiObject | undefined, body: ApiObject, signal: AbortSignal): Promise<boolean> {
    const isNew = found === undefined;
    const path = isNew ? this.collection : this.path;
    const answer = await this.args.api.call({ method: isNew ? "POST" : "PUT", path, signal, body });
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

function answerOf(failure: unknown): LessorAnswer {
  if (failure instanceof NoAccess || failure instanceof Unexpected)
    return { kind: "faulty", why: failure.message };
  const code = failure instanceof Error && "code" in failure ? String(failure.code) : "";
  if (failure instanceof Unable || NO_ANSWER.test(code)) return { kind: "silent" };
  const why = failure instanceof Error ? failure.message : String(failure);
  return { kind: "faulty", why: `the API server cannot be asked: ${why}` };
}
