import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { isObject } from "../../../runtime/json";

type Fields = Readonly<Record<string, unknown>>;

/** A Lease as the API keeps it. */
export interface StoredLease extends Fields {
  readonly metadata: Fields & {
    readonly name: string;
    readonly uid: string;
    readonly resourceVersion: string;
  };
  readonly spec: Fields;
}

export interface StoreAnswer {
  readonly status: number;
  readonly body: object;
}

/** Refused by the API, with its status and words. */
class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const PATH = /^\/apis\/coordination\.k8s\.io\/v1\/namespaces\/([^/]+)\/leases(?:\/([^/]+))?$/;
const MICRO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

/**
 * Leases by the rules of Kubernetes' API 1.34, as far as they matter here: every change has another resourceVersion, a
 * PUT has to name the one that it changes, and one that changes nothing keeps it.
 */
export class LeaseStore {
  readonly namespaces = new Set(["iguanas"]);
  private readonly leases = new Map<string, StoredLease>();
  private revision = 100;

  answer(method: string, path: string, body?: unknown): StoreAnswer {
    try {
      return this.handle(method, path, body);
    } catch (failure) {
      if (!(failure instanceof Refusal)) throw failure;
      return { status: failure.status, body: statusOf(failure.status, failure.message) };
    }
  }

  lease(place: string): StoredLease | undefined {
    return this.leases.get(place);
  }

  /** As by kubectl: whatever is there, a change of it. */
  edit(
    place: string,
    change: (lease: StoredLease) => { readonly metadata?: object; readonly spec?: object },
  ): void {
    const lease = this.leases.get(place);
    if (lease === undefined) throw new Error(`there is no Lease ${place}`);
    const { metadata = {}, spec = {} } = change(lease);
    this.keep(place, {
      ...lease,
      metadata: { ...lease.metadata, ...metadata },
      spec: { ...lease.spec, ...spec },
    });
  }

  delete(place: string): void {
    this.leases.delete(place);
    this.revision += 1;
  }

  private handle(method: string, path: string, body: unknown): StoreAnswer {
    const [, namespace = "", name] = PATH.exec(path) ?? [];
    if (namespace === "") throw new Refusal(404, "the server could not find the requested resource");
    if (method === "POST" && name === undefined) return { status: 201, body: this.create(namespace, body) };
    if (name === undefined) throw new Refusal(405, "the server does not allow this method on the resource");
    if (method === "GET") return { status: 200, body: this.found(namespace, name) };
    if (method === "PUT") return { status: 200, body: this.update(namespace, name, body) };
    throw new Refusal(405, "the server does not allow this method on the resource");
  }

  private found(namespace: string, name: string): StoredLease {
    const lease = this.leases.get(`${namespace}/${name}`);
    if (lease === undefined) throw new Refusal(404, `leases.coordination.k8s.io "${name}" not found`);
    return lease;
  }

  private create(namespace: string, body: unknown): StoredLease {
    if (!this.namespaces.has(namespace)) throw new Refusal(404, `namespaces "${namespace}" not found`);
    const { name, metadata, spec } = valid(namespace, body);
    if (this.leases.has(`${namespace}/${name}`))
      throw new Refusal(409, `leases.coordination.k8s.io "${name}" already exists`);
    if (metadata["resourceVersion"] !== undefined)
      throw new Refusal(500, "resourceVersion should not be set on objects to be created");
    return this.keep(`${namespace}/${name}`, {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { ...metadata, name, uid: randomUUID(), resourceVersion: "" },
      spec,
    });
  }

  private update(namespace: string, name: string, body: unknown): StoredLease {
    const { metadata, spec } = valid(namespace, body);
    const { uid, resourceVersion } = metadata;
    if (resourceVersion === undefined)
      throw new Refusal(422, `leases.coordination.k8s.io "${name}" is invalid: metadata.resourceVersion`);
    const lease = this.leases.get(`${namespace}/${name}`);
    if (
      lease === undefined ||
      lease.metadata.uid !== uid ||
      lease.metadata.resourceVersion !== resourceVersion
    )
      throw new Refusal(409, `Operation cannot be fulfilled on leases.coordination.k8s.io "${name}"`);
    const changed = { ...lease, metadata: { ...lease.metadata, ...metadata }, spec };
    return isDeepStrictEqual(changed, lease) ? lease : this.keep(`${namespace}/${name}`, changed);
  }

  private keep(place: string, lease: StoredLease): StoredLease {
    this.revision += 1;
    const kept = { ...lease, metadata: { ...lease.metadata, resourceVersion: String(this.revision) } };
    this.leases.set(place, kept);
    return kept;
  }
}

function valid(namespace: string, body: unknown): { name: string; metadata: Fields; spec: Fields } {
  if (!isObject(body) || body["apiVersion"] !== "coordination.k8s.io/v1" || body["kind"] !== "Lease")
    throw new Refusal(400, "the object provided is unrecognized");
  const { metadata, spec } = body;
  if (!isObject(metadata) || typeof metadata["name"] !== "string" || metadata["namespace"] !== namespace)
    throw new Refusal(400, "the namespace of the object does not match the request");
  if (!isObject(spec)) throw new Refusal(400, "Lease cannot be handled");
  for (const name of ["acquireTime", "renewTime"]) {
    const time = spec[name];
    if (time !== undefined && !(typeof time === "string" && MICRO_TIME.test(time)))
      throw new Refusal(400, `cannot parse ${name}`);
  }
  for (const name of ["leaseDurationSeconds", "leaseTransitions"]) {
    const number = spec[name];
    if (number !== undefined && !Number.isInteger(number)) throw new Refusal(400, `cannot unmarshal ${name}`);
    if (typeof number === "number" && number < (name === "leaseDurationSeconds" ? 1 : 0))
      throw new Refusal(422, `spec.${name}: Invalid value: ${number}`);
  }
  return { name: metadata["name"], metadata, spec };
}

export function statusOf(code: number, message: string): object {
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, code };
}
