import type { Plan, SecretChange, SyncedChain, WorkloadChange } from "./plan";
import { STOPS } from "./readPlan";

/** A workload and what becomes of it, as the cells of a row. */
export interface Row {
  readonly what: string;
  readonly happens: string;
  readonly stops: string;
  readonly images: readonly { readonly from: string; readonly to: string }[];
}

/** The first line of a plan for people: what stops, what is new, or that nothing changes. */
export function summary(plan: Plan): string {
  const { stops, workloads, syncs, secrets } = plan;
  if (isEmpty(plan)) return "Nothing changes.";
  const rotated = secrets.filter(({ fate, what }) => fate === "rotates" && what === "password").length;
  const parts = [
    stops.count === 0
      ? "No daemon stops"
      : `${count(stops.count, "daemon")} ${stops.count === 1 ? "stops" : `stop, ${atOnce(plan)}`}`,
    ...numbered(workloads.filter(({ use, fate }) => use === "daemon" && fate === "new").length, "new chain"),
    ...numbered(syncs.length, "chain that syncs from the beginning", "chains that sync from the beginning"),
    ...numbered(rotated, "new password", "new passwords"),
  ];
  return `${parts.join(", ")}.`;
}

/** Whether a plan changes nothing at all. */
export function isEmpty({ steps }: Pick<Plan, "steps">): boolean {
  return Object.values(steps).every((each) => each === 0);
}

function atOnce({ stops }: Plan): string {
  return stops.atOnce === 1 ? "one at a time" : `up to ${stops.atOnce} at a time`;
}

/** Daemons and Iguanas first, and of these first those that stop. */
export function rows({ workloads, stops: { waitSeconds } }: Plan, use: "served" | "other"): Row[] {
  const shown = workloads.filter((each) => (each.use === "other") === (use === "other"));
  const sorted = [...shown].sort((a, b) => Number(isStopped(b)) - Number(isStopped(a)));
  return sorted.map((each) => ({
    what: each.what,
    happens: happens(each),
    stops: isStopped(each) ? stopText(each, waitSeconds) : "",
    images: [...new Map(each.images.map((image) => [`${image.from} ${image.to}`, image])).values()],
  }));
}

function isStopped({ fate }: WorkloadChange): boolean {
  return STOPS.includes(fate);
}

function happens({ fate, host, from, replaced }: WorkloadChange): string {
  const on = host === undefined ? "" : ` on ${host}`;
  switch (fate) {
    case "new":
      return `is new${on}`;
    case "starts":
      return `is started${on}`;
    case "restarts":
      return `restarts${on}`;
    case "moves":
      return `moves from ${from ?? "?"} to ${host ?? "?"}`;
    case "removed":
      return `is removed${host === undefined ? "" : ` from ${host}`}`;
    case "stays":
      return replaced.length === 0
        ? `keeps running${on}, with other limits`
        : `keeps running${on}; ${replaced.join(", ")} ${replaced.length === 1 ? "is" : "are"} replaced`;
  }
}

function stopText({ fate, graceSeconds }: WorkloadChange, waitSeconds: number): string {
  const end = graceSeconds === undefined ? "" : `${duration(graceSeconds)} to end`;
  if (fate === "removed") return end === "" ? "for good" : `for good, with up to ${end}`;
  const wait = `${duration(waitSeconds)} to take calls again`;
  return end === "" ? `up to ${wait}` : `up to ${end}, and ${wait}`;
}

/** A chain that begins without data. */
export function syncText({ symbol, owner, bootstrap, height, bytes }: SyncedChain): string {
  const size = [
    ...(height === undefined ? [] : [`${height.toLocaleString("en-US")} blocks`]),
    ...(bytes === undefined ? [] : [`${(bytes / 2 ** 30).toFixed(1)} GiB`]),
  ];
  const much = size.length === 0 ? "" : ` (${size.join(", ")})`;
  const how = bootstrap ? "begins with its archive and syncs the rest" : "syncs from the beginning";
  return `${symbol} of ${owner} ${how}${much}, unless its volume is there from before or was copied.`;
}

const SECRETS: Readonly<Record<SecretChange["what"], { readonly one: string; readonly many: string }>> = {
  password: { one: "RPC password", many: "RPC passwords" },
  key: { one: "key", many: "keys" },
  certificate: { one: "certificate", many: "certificates" },
  authority: { one: "authority", many: "authorities" },
};
const SECRET_FATES: Readonly<Record<SecretChange["fate"], string>> = {
  rotates: "Another",
  removed: "No longer valid:",
  new: "New",
};

/** What becomes of secrets: a line for each kind and fate, exchanged ones first. */
export function secretLines({ secrets }: Plan): string[] {
  return (["rotates", "removed", "new"] as const).flatMap((fate) =>
    (["password", "authority", "certificate", "key"] as const).flatMap((what) => {
      const owners = secrets
        .filter((each) => each.fate === fate && each.what === what)
        .map(({ owner }) => owner);
      if (owners.length === 0) return [];
      const { one, many } = SECRETS[what];
      return [
        `${SECRET_FATES[fate]} ${owners.length === 1 ? one : many} of ${[...new Set(owners)].join(", ")}.`,
      ];
    }),
  );
}

const VOLUME_WORDS = {
  lost: "is removed with its data",
  kept: "is given up, and its data stays where it is",
  moved: "begins anew on its new host, and the old data stays on the old host",
} as const;

/** What becomes of data. What is made is told with what syncs. */
export function volumeLines({ volumes }: Plan): string[] {
  return volumes.flatMap(({ workload, fate }) =>
    fate === "made" ? [] : [`The volume of ${workload} ${VOLUME_WORDS[fate]}.`],
  );
}

/** What becomes of hosts. */
export function hostLines({ hosts }: Plan): string[] {
  const words = { new: "is new", changed: "is reached in another way", removed: "is given up" } as const;
  return hosts.map(({ name, fate }) => `Host ${name} ${words[fate]}.`);
}

/** What becomes of resources that are of no workload. */
export function otherLines({ others }: Plan): string[] {
  const words = {
    create: "is made",
    update: "is changed",
    replace: "is replaced",
    delete: "is removed",
  } as const;
  return others.map(({ type, name, op }) => `${type} ${name} ${words[op]}.`);
}

/** What a plan that is not allowed needs. */
export function needLines({ needs, volumes, stops }: Plan, mostStops: number): string[] {
  const lost = volumes.filter(({ fate }) => fate === "lost").map(({ workload }) => workload);
  return needs.map((need) =>
    need === "data-loss"
      ? `It removes the data of ${lost.join(", ")}, and needs \`--allow data-loss\`.`
      : `It stops ${stops.atOnce} daemons at once, and ${mostStops} may stop. It needs \`--allow stops\`, or a higher \`--most-stops\`.`,
  );
}

export function duration(seconds: number): string {
  const [minutes, rest] = [Math.floor(seconds / 60), Math.round(seconds % 60)];
  if (minutes === 0) return `${rest} s`;
  return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`;
}

/** The same, and nothing for none. */
function numbered(number: number, one: string, many?: string): string[] {
  return number === 0 ? [] : [count(number, one, many)];
}

/** `1 daemon`, `2 daemons`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
