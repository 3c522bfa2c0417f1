import type { z } from "zod";
import type { Problem } from "../input/problem";
import { checkShape, type Shaped } from "../input/shape";
import type { Path, YamlSource } from "../input/source";
import { PLATFORMS } from "../platforms";
import type { HostCheck } from "../platforms/definition";
import { hostsSchema, platform, platformSettings, withPlatform } from "./schema/hosts";
import { isSecretPath } from "./secrets";

/** The looks at hosts that a stack's file allows. */
export interface HostChecks {
  /** One for each host that is stated rightly, on a platform whose settings are right and that offers looks. */
  readonly checks: readonly HostCheck[];
  /** What is wrong with the hosts and with the settings of platforms. */
  readonly problems: readonly Problem[];
}

/**
 * Reads what a stack's file says about hosts, and nothing else. A mistake at one host, or in the settings of one
 * platform, keeps nobody from the looks at other hosts.
 */
export function readChecks(source: YamlSource): HostChecks {
  const read = <T extends z.ZodType>(schema: T, ...path: Path): Shaped<z.output<T>> =>
    checkShape(source, schema, { at: ["config", ...path], isSecret: (at) => isSecretPath(at.slice(1)) });
  const usual = read(platform.optional(), "dokomodo:platform");
  const listed = source.at(["config", HOSTS]);
  const entries = Array.isArray(listed) ? [...listed.keys()] : [];
  const list = entries.length === 0 ? read(hostsSchema, HOSTS) : undefined;
  const hosts = entries.map((index) => read(hostsSchema.element, HOSTS, index));
  const settings = new Map(Object.entries(platformSettings).map(([key, schema]) => [key, read(schema, key)]));

  const right = hosts.flatMap(({ value }) => value ?? []);
  // If the usual platform is not known, only a host that names its own has one.
  const placed = usual.problems.length === 0 ? right : right.filter((host) => host.platform !== undefined);
  const stated = withPlatform(placed, usual.value);
  const values = Object.fromEntries([...settings].map(([key, { value }]) => [key, value]));
  const checks = PLATFORMS.flatMap((definition) => {
    const isRight = Object.keys(definition.settings).every((key) => settings.get(key)?.problems.length === 0);
    const own = stated.filter((host) => host.platform === definition.name);
    return isRight ? definition.share(own, values).checks : [];
  });
  const shaped = [usual, ...(list === undefined ? [] : [list]), ...hosts, ...settings.values()];
  return { checks, problems: shaped.flatMap(({ problems }) => problems) };
}

const HOSTS = "dokomodo:hosts";
