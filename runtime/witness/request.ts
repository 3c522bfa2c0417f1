import { isObject, parseJson } from "../json";
import type { LeaseRequest, ReleaseRequest } from "../lease/lessor";

/** The caller's request is wrong. The message says what is allowed. */
export class BadRequest extends Error {}

const TEXT = { instance: 200, holder: 300 } as const;
/** A lease lasts 30 s (runtime/lease/rules.ts). No caller may keep others out for longer than twice that. */
const MOST_SECONDS = 60;

/**
 * `{ "instance": "…", "holder": "…", "seconds": 30, "round": 5 }`. `round` may be left out; then a call counts whenever
 * it arrives.
 */
export function leaseRequest(body: string): LeaseRequest {
  const fields = objectOf(body);
  const { seconds } = fields;
  if (typeof seconds !== "number" || !(seconds > 0 && seconds <= MOST_SECONDS))
    throw new BadRequest(`seconds must be a number above 0, at most ${MOST_SECONDS}`);
  return {
    instance: textOf(fields, "instance"),
    holder: textOf(fields, "holder"),
    seconds,
    round: roundOf(fields),
  };
}

/** `{ "instance": "…", "round": 5 }` */
export function releaseRequest(body: string): ReleaseRequest {
  const fields = objectOf(body);
  return { instance: textOf(fields, "instance"), round: roundOf(fields) };
}

function objectOf(body: string): Readonly<Record<string, unknown>> {
  const value = parseJson(body);
  if (!isObject(value)) throw new BadRequest("the body must be a JSON object");
  return value;
}

function textOf(fields: Readonly<Record<string, unknown>>, name: keyof typeof TEXT): string {
  const text = fields[name];
  // Both texts are written to a log, one line each.
  if (typeof text !== "string" || !/^[^\p{Cc}]+$/u.test(text) || text.length > TEXT[name])
    throw new BadRequest(`${name} must be text of one line, 1 to ${TEXT[name]} characters`);
  return text;
}

function roundOf({ round = 0 }: Readonly<Record<string, unknown>>): number {
  if (typeof round !== "number" || !Number.isSafeInteger(round) || round < 0)
    throw new BadRequest("round must be a whole number, 0 or more");
  return round;
}
