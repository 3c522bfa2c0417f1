import { networksOf, type Stack } from "../../config/stack";
import { COMPONENT_TYPES } from "../../notary/componentTypes";
import { daemonName, ownerText } from "../../notary/names";
import { deployedChains } from "../../notary/placement";
import { PLATFORMS } from "../../platforms";
import type { Effect, ProcessEffect } from "../../platforms/plannedStep";
import { shortType } from "../urn";
import type { Plan, SyncedChain, VolumeChange, WorkloadChange } from "./plan";
import { isSecret, readSecrets } from "./secrets";
import type { PlanStep } from "./steps";

/** Components that are one workload each. Its containers are their children. */
const USES: Readonly<Record<string, WorkloadChange["use"]>> = {
  [COMPONENT_TYPES.assetchain]: "daemon",
  [COMPONENT_TYPES.iguanaInstance]: "iguana",
  [COMPONENT_TYPES.witness]: "other",
  [COMPONENT_TYPES.nodeAgent]: "other",
  [COMPONENT_TYPES.clientProxy]: "other",
};

type Planned = Pick<Stack, "notaries" | "nodes" | "shares" | "rollOut">;

/**
 * What a plan means for those who use what runs.
 * @param stack what the stack deploys afterwards
 */
export function readPlan(name: string, steps: readonly PlanStep[], stack: Planned): Plan {
  const readings = steps.map((step): Reading => ({ step, effects: effectsOf(step) }));
  const hosts = readHosts(steps, stack);
  const workloads = readWorkloads(readings, stack, hosts);
  const volumes = readVolumes(readings);
  const stopped = workloads.filter(({ use, fate }) => use !== "other" && STOPS.includes(fate));
  const removed = stopped.filter(({ fate }) => fate === "removed").length;
  const { atOnce, seconds } = stack.rollOut;
  return {
    stack: name,
    steps: counted(steps),
    hosts,
    workloads,
    stops: {
      count: stopped.length,
      // What is removed goes together, after everything else was replaced in turns.
      atOnce: Math.max(removed, Math.min(atOnce, stopped.length - removed)),
      waitSeconds: seconds,
    },
    volumes,
    syncs: readSyncs(volumes, stack),
    secrets: readSecrets(steps),
    others: readings
      .filter(isOther)
      .map(({ step: { type, name, op } }) => ({ type: shortType(type), name, op })),
    needs: [],
  };
}

/** Fates with which the processes of a workload end. */
export const STOPS: readonly WorkloadChange["fate"][] = ["restarts", "moves", "removed"];

interface Reading {
  readonly step: PlanStep;
  readonly effects: readonly Effect[];
}

function effectsOf(step: PlanStep): readonly Effect[] {
  return PLATFORMS.flatMap(({ readStep }) => readStep(step));
}

/** The workload that a resource is a part of: that of its component, or one of its own. */
function workloadOf({ name, parent }: PlanStep): string {
  return parent.type in USES ? parent.name : name;
}

/** A step that is about processes. */
interface Part {
  readonly step: PlanStep;
  readonly effect: ProcessEffect;
}

function readWorkloads(readings: readonly Reading[], stack: Planned, hosts: Plan["hosts"]): WorkloadChange[] {
  // A host that the plan gives up is no longer in the stack's config.
  const isHost = (provider: string) =>
    isHostOf(provider, stack) || hosts.some(({ name }) => name === provider);
  const planned = networksOf(stack).flatMap(({ workloads }) => workloads);
  const parts = readings.flatMap(({ step, effects }) =>
    effects.flatMap((effect): Part[] => (effect.kind === "processes" ? [{ step, effect }] : [])),
  );
  const names = [...new Set(parts.map(({ step }) => workloadOf(step)))].sort();
  return names.map((name): WorkloadChange => {
    const own = parts.filter(({ step }) => workloadOf(step) === name);
    const first = own.find(({ step }) => step.name === name);
    const known = planned.find((each) => each.name === name);
    const [{ step: some } = { step: undefined }] = own;
    const use = USES[some?.parent.type ?? ""] ?? "other";
    const [from, to] = [first?.step.before?.provider, first?.step.after?.provider];
    const isMoved = from !== undefined && to !== undefined && from !== to && isHost(from);
    const replaced = own.filter(
      ({ step, effect }) => step.name !== name && ["restarts", "starts"].includes(effect.fate),
    );
    return {
      name,
      what: known?.what ?? name,
      use,
      symbol: use === "daemon" ? known?.volume : undefined,
      fate: first === undefined ? "stays" : fateOf(first, isMoved),
      host: known?.host ?? [to, from].find((each) => each !== undefined && isHost(each)),
      from: isMoved ? from : undefined,
      graceSeconds: first === undefined ? undefined : graceOf(first.effect),
      replaced: replaced.map(({ step }) => step.name),
      images: own.flatMap(({ effect }) => effect.images),
    };
  });
}

function fateOf({ step, effect: { fate } }: Part, isMoved: boolean): WorkloadChange["fate"] {
  if (fate === "restarts") return isMoved ? "moves" : "restarts";
  if (fate === "starts") return step.before === undefined ? "new" : "starts";
  return fate === "ends" ? "removed" : "stays";
}

function graceOf({ fate, graceSeconds }: ProcessEffect): number | undefined {
  return fate === "restarts" || fate === "ends" ? graceSeconds : undefined;
}

/** Whether a provider is that of a host. On other platforms all hosts share one. */
function isHostOf(provider: string, { shares }: Planned): boolean {
  return shares.all.some(({ hosts }) => hosts.includes(provider)) || shares.of(provider) !== undefined;
}

function readVolumes(readings: readonly Reading[]): VolumeChange[] {
  return readings.flatMap(({ step, effects }) =>
    effects.flatMap((effect) =>
      effect.kind === "volume" ? [{ workload: workloadOf(step), fate: effect.fate }] : [],
    ),
  );
}

function readSyncs(volumes: readonly VolumeChange[], { notaries, nodes }: Planned): SyncedChain[] {
  const begin = new Set(
    volumes.filter(({ fate }) => fate === "made" || fate === "moved").map(({ workload }) => workload),
  );
  return [...notaries, ...nodes].flatMap((node) =>
    deployedChains(node).flatMap(({ chain }): SyncedChain[] => {
      const workload = daemonName(node.name, chain.symbol);
      if (!begin.has(workload)) return [];
      const { symbol, bootstrap } = chain;
      return [{ symbol, owner: ownerText(node), workload, bootstrap: bootstrap !== undefined }];
    }),
  );
}

const HOST_FATES = { create: "new", update: "changed", replace: "changed", delete: "removed" } as const;

/** A provider that is made for something else beside the nodes is no host. What a host was that is gone, the stack no longer says. */
function readHosts(steps: readonly PlanStep[], stack: Planned): Plan["hosts"] {
  const types = PLATFORMS.flatMap(({ hostProvider }) => (hostProvider === undefined ? [] : [hostProvider]));
  return steps
    .filter(({ type, op, name }) => types.includes(type) && (op === "delete" || isHostOf(name, stack)))
    .map(({ name, op }) => ({ name, fate: HOST_FATES[op] }));
}

/** Whether a resource is of no workload, no secret, and nothing that Pulumi itself needs. */
function isOther({ step, effects }: Reading): boolean {
  const { type, parent } = step;
  const isOfWorkload = effects.length > 0 || parent.type in USES;
  return !isOfWorkload && !isSecret(type) && !type.startsWith("pulumi:") && !type.startsWith("dokomodo:");
}

function counted(steps: readonly PlanStep[]): Plan["steps"] {
  const count = (op: PlanStep["op"]) => steps.filter((step) => step.op === op).length;
  return {
    create: count("create"),
    update: count("update"),
    replace: count("replace"),
    delete: count("delete"),
  };
}
