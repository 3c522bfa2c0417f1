import { readdirSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import { isRecord } from "../../input/source";
import { LIST_FILE } from "../listFile";

/** The names that can be completed. */
export interface Names {
  readonly stacks: readonly string[];
  readonly hosts: readonly string[];
  /** Notaries and nodes. */
  readonly nodes: readonly string[];
  readonly clients: readonly string[];
  /** The chains of the stack, with those of its sets. */
  readonly chains: readonly string[];
  /** All chains of the list. */
  readonly listed: readonly string[];
  readonly sets: readonly string[];
}

/**
 * Reads the names out of the files of the current folder. It looks for names only: what else is in the files is not
 * checked, and a file that cannot be read has no names.
 * @param asked what `--stack` says
 */
export async function readNames(asked: string | undefined): Promise<Names> {
  const stacks = stackNames();
  const config = read(`Pulumi.${await stackName(asked, stacks)}.yaml`)["config"];
  const stated = (key: string) => listOf(isRecord(config) ? config[`dokomodo:${key}`] : undefined);
  const registry = isRecord(config) ? config["dokomodo:registry"] : undefined;
  const list = read(typeof registry === "string" ? registry : LIST_FILE);
  const sets = isRecord(list["sets"]) ? list["sets"] : {};
  const nodes = [...stated("notaries"), ...stated("nodes")];
  const named = nodes.flatMap(({ chains }) => (Array.isArray(chains) ? chains : [])).flatMap(namesIn);
  const members = named.flatMap((name) => (Object.hasOwn(sets, name) ? texts(sets[name]) : [name]));
  return {
    stacks,
    hosts: namesOf(stated("hosts")),
    nodes: namesOf(nodes),
    clients: namesOf(nodes.flatMap(({ clients }) => listOf(clients))),
    chains: [...new Set(members)],
    listed: listOf(list["chains"]).flatMap(({ symbol, ac_name: name }) => texts([symbol ?? name])),
    sets: Object.keys(sets),
  };
}

/** Pulumi's own choice is asked for only where it counts, because that takes as long again. */
async function stackName(asked: string | undefined, stacks: readonly string[]): Promise<string> {
  const known = asked ?? (stacks.length === 1 && !process.env["PULUMI_STACK"] ? stacks[0] : undefined);
  if (known !== undefined) return known;
  const { chooseStack } = await import("../stack.ts");
  return chooseStack({ asked }).name;
}

function stackNames(): string[] {
  try {
    return readdirSync(".").flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
  } catch {
    return [];
  }
}

function read(file: string): Record<string, unknown> {
  try {
    const value: unknown = parse(readFileSync(file, "utf8"), { logLevel: "silent" });
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

/** The symbol or set that an entry of `chains` names. */
function namesIn(entry: unknown): string[] {
  return typeof entry === "string" ? [entry] : Object.keys(Object(entry));
}

function namesOf(list: readonly Record<string, unknown>[]): string[] {
  return texts(list.map(({ name }) => name));
}

function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}
