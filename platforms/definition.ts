import { z } from "zod";
import type { Position, Problem } from "../input/problem";
import type { Path } from "../input/source";
import type { NetworkPlan } from "../notary/networkPlan";
import { hostSchema, type StatedHost } from "./host";
import type { OpenPlatform } from "./run";

/** A name that something of a network will have. Two of them that are the same are a problem. */
export interface NameClaim {
  readonly name: string;
  /** For people: `the gateway of notary east`. */
  readonly what: string;
  /** What the platform allows; absent where nothing can be too long. */
  readonly longest?: { readonly characters: number; readonly where: string } | undefined;
}

/** A port that something of a network will take. Two of them at one place are a problem. */
export interface PortClaim {
  /** For people, and equal where the port can be taken once: `host alpha`. */
  readonly place: string;
  readonly port: number;
  /** For people: `p2p of BEER of notary east`. */
  readonly what: string;
  /** What a person can do: `move it with portOffset`. */
  readonly remedy: string;
}

/** What a platform's rules look at. */
export interface RuleContext {
  /** The networks that have a workload on a host of the platform. */
  readonly networks: readonly NetworkPlan[];
  /** What the config calls the volumes of all networks. */
  readonly volumes: readonly string[];
  /** Where a key of a host stands in the stack's config. */
  atHost(name: string, key: string): Position;
  /** Where a key of the notary of a network stands. */
  atNetwork(name: string, key: string): Position;
  /** Where a value of the config stands, by its path. */
  at(path: Path): Position;
}

/** A platform's share of a stack: its hosts and settings, before anything is deployed. Nothing of it loads Pulumi. */
export interface PlatformShare {
  /** Names of the hosts on it. */
  readonly hosts: readonly string[];
  /** Who lends the lease of an Iguana that runs on it: witnesses that run on its hosts, or the platform itself. */
  readonly lessor: "witnesses" | "platform";
  /** Whether a container finds its home empty at each start, whatever its image has there. */
  readonly hasEmptyHomes: boolean;
  /** Whether callers from outside reach its hosts at their addresses. */
  readonly isReachable: boolean;
  /** Hosts of one segment have their workloads on one network, and their volumes in one place. */
  segmentOf(host: string): string;
  /** GiB that its settings state for a volume; undefined where they say nothing. */
  storageGiB(volume: string): number | undefined;
  /** What cannot be so on this platform. */
  rules(context: RuleContext): Problem[];
  names(network: NetworkPlan): NameClaim[];
  ports(network: NetworkPlan): PortClaim[];
  /** The images that it brings along on every host, by the key of `dokomodo:images`. */
  readonly brings: readonly ("proxy" | "restarter")[];
  /** Loads what registers and looks at resources. */
  readonly open: OpenPlatform;
  /** Each host, or group of hosts, that can be looked at by itself. */
  readonly checks: readonly HostCheck[];
}

/** A look at a host that `dokomodo hosts` offers. */
export interface HostCheck {
  readonly host: string;
  /** How it is reached, for people: `ssh://ops@198.51.100.10`. */
  readonly address: string;
  /** What keeps it from being worked on; undefined where nothing does. */
  problem(): Promise<string | undefined>;
  /**
   * What a person should change on a host that answers.
   * @param uids that processes of the stack have
   * @param longestGraceSeconds that one of its containers may take to stop
   */
  warnings(uids: readonly number[], longestGraceSeconds: number): Promise<string[]>;
}

/** A platform as the table has it (platforms/index.ts). */
export interface PlatformDefinition {
  /** What `platform` of a host says. */
  readonly name: string;
  /** Names of Pulumi's resource plugins that only this platform needs. */
  readonly plugins: readonly string[];
  /** Keys of a host that only this platform understands. */
  readonly hostKeys: z.ZodRawShape;
  /** Keys of the stack's config that only this platform understands, by their full names such as `dokomodo:ssh`. */
  readonly settings: z.ZodRawShape;
  /** Paths of settings whose values must never be shown. */
  readonly hidden: readonly Path[];
  /** @param settings values of the keys in `settings`, as their schemas left them */
  share(hosts: readonly StatedHost[], settings: Readonly<Record<string, unknown>>): PlatformShare;
}

interface TypedDefinition<Host extends z.ZodObject, Settings extends z.ZodObject> {
  readonly name: string;
  readonly plugins: readonly string[];
  /** What a host on it says, the keys of every platform's hosts among them. */
  readonly host: Host;
  readonly settings: Settings;
  readonly hidden?: readonly Path[] | undefined;
  /**
   * @param hosts those that say all that the platform has to know
   * @param stated all hosts on the platform, for its rules
   */
  share(
    hosts: readonly z.output<Host>[],
    settings: z.output<Settings>,
    stated: readonly StatedHost[],
  ): PlatformShare;
}

/** Makes a definition whose share has the types of the platform's own schemas. */
export function definePlatform<Host extends z.ZodObject, Settings extends z.ZodObject>(
  definition: TypedDefinition<Host, Settings>,
): PlatformDefinition {
  const { name, plugins, host, settings } = definition;
  const everywhere = Object.keys(hostSchema.shape);
  const keys = Object.entries(host.shape).filter(([key]) => !everywhere.includes(key));
  return {
    name,
    plugins,
    hostKeys: Object.fromEntries(keys.map(([key, value]) => [key, z.optional(value)])),
    settings: settings.shape,
    hidden: definition.hidden ?? [],
    share: (stated, values) => {
      const hosts = stated.flatMap((each) => {
        const parsed = host.safeParse(each);
        return parsed.success ? [parsed.data] : [];
      });
      return definition.share(hosts, settings.parse(values), stated);
    },
  };
}
