import type { z } from "zod";
import type { Problem } from "../input/problem";
import { checkShape } from "../input/shape";
import type { YamlSource } from "../input/source";
import { Shares } from "../platforms/Shares";
import { hostsSchema, platform, platformSettings, withPlatform } from "./schema/hosts";

/** Reads what a stack's file says about hosts, and nothing else: each platform's share, or what is wrong with it. */
export function readShares(source: YamlSource): Shares | readonly Problem[] {
  const read = <T extends z.ZodType>(key: string, schema: T) =>
    checkShape(source, schema, { at: ["config", key] });
  const usual = read("dokomodo:platform", platform.optional());
  const hosts = read("dokomodo:hosts", hostsSchema);
  const settings = Object.entries(platformSettings).map(([key, schema]) => ({ key, ...read(key, schema) }));
  const problems = [usual, hosts, ...settings].flatMap((shaped) => shaped.problems);
  if (hosts.value === undefined || problems.length > 0) return problems;
  return new Shares(
    withPlatform(hosts.value, usual.value),
    Object.fromEntries(settings.map(({ key, value }) => [key, value])),
  );
}
