import { z } from "zod";
import type { Position, Problem } from "../input/problem";
import type { Path } from "../input/source";
import type { NetworkPlan } from "../notary/networkPlan";
import { hostSchema, type StatedHost } from "./host";
import type { AddedMemory } from "./hostMemory";
import type { OpenLeftovers } from "./leftovers";
import type { OpenOperations } from "./operations";
import type { ReadStep } from "./plannedStep";
import type { OpenRemains } from "./remains";
import type { OpenPlatform } from "./run";
import type { OpenVolumes } from "./volumes";

/** A name that something of a network will have. Two things must not claim the same name. */
export interface NameClaim {
  readonly name: string;
  /** For people: `the gateway of notary east`. */
  readonly what: string;
  /**
   * The longest name that the platform allows; absent if no name can be too long. `where` completes "a name … has at
   * most 63 characters".
   */
  readonly longest?: { readonly characters: number; readonly where: string } | undefined;
}

/** A port that something of a network will take. Two things must not claim the same port at the same place. */
export interface PortClaim {
  /** Where the port is, for people: `host alpha`. Claims for the same address have the same place. */
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
  /** The keys under which the config states the sizes of all networks' volumes. */
  readonly volumes: readonly string[];
  /** The position of a key of a host in the stack's config. */
  atHost(name: string, key: string): Position;
  /** The position of a key of a network's notary or node. */
  atNetwork(name: string, key: string): Position;
  /** The position of a value of the config. */
  at(path: Path): Position;
}

/** A workload that has a volume, with the name of its stack. */
export interface PlacedWorkload {
  readonly stack: string;
  readonly host: string;
  /** Name of the workload, such as `east-beer`. */
  readonly name: string;
}

/** A platform's share of a stack: its hosts and settings, before anything is deployed. Only `open` loads Pulumi. */
export interface PlatformShare {
  /** Names of the hosts on it. */
  readonly hosts: readonly string[];
  /** Who lends the lease to an Iguana on this platform: witnesses on hosts, or the platform itself. */
  readonly lessor: "witnesses" | "platform";
  /** Whether a container finds its home empty at each start, whatever its image has there. */
  readonly hasEmptyHomes: boolean;
  /** Whether its hosts have directories of their own that containers can be shown. */
  readonly hasDirectories: boolean;
  /** Whether callers from outside can reach its hosts at their addresses. */
  readonly isReachable: boolean;
  /** Hosts of one segment have their workloads on one network, and their volumes in one place. */
  segmentOf(host: string): string;
  /** The size in GiB that its settings state for a volume; undefined if they say nothing. */
  storageGiB(volume: string): number | undefined;
  /** The path of the setting that states a volume's size; undefined if the platform's volumes have none. */
  sizePath(volume: string): Path | undefined;
  /**
   * Says for people where the data of a workload is kept, whether the workload is there or not: `volume east-beer-data of
   * host alpha`.
   */
  volumeOf(workload: PlacedWorkload): string;
  /** Finds what is wrong with the share. */
  rules(context: RuleContext): Problem[];
  /** The names that the platform will give to things of a network. */
  names(network: NetworkPlan): NameClaim[];
  /** The ports that things of a network will take. */
  ports(network: NetworkPlan): PortClaim[];
  /** Whether a restarter runs on every host, which needs the image with Node there. */
  readonly hasRestarter: boolean;
  readonly memory: AddedMemory;
  /** Loads the part of the platform that registers resources and looks at them, and begins a run. */
  readonly open: OpenPlatform;
  /** Loads the part of the platform that works on what runs. */
  readonly operations: OpenOperations;
  /** Loads the part of the platform that copies volumes from host to host; absent if it cannot. */
  readonly volumes?: OpenVolumes | undefined;
  /** Loads the part of the platform that removes what interrupted runs left; absent if the next run takes it over. */
  readonly leftovers?: OpenLeftovers | undefined;
  /** Loads the part of the platform that finds and removes a throw-away stack beside this one. */
  readonly remains: OpenRemains;
  /** The hosts that `dokomodo hosts` can look at. */
  readonly checks: readonly HostCheck[];
}

/** A look at a host that `dokomodo hosts` offers. */
export interface HostCheck {
  readonly host: string;
  /** How it is reached, for people: `ssh://ops@198.51.100.10`. */
  readonly address: string;
  /** Says why the host cannot be worked on; undefined if it can. */
  problem(): Promise<string | undefined>;
  /**
   * What a person should change on a host that answers.
   * @param uids that processes of the stack have
   * @param longestGraceSeconds that one of its containers may take to stop
   */
  warnings(uids: readonly number[], longestGraceSeconds: number): Promise<string[]>;
}

/** A throw-away stack that runs beside another one, on the same hosts. */
export interface StackBeside {
  /** The name of the stack beside which it runs. */
  readonly of: string;
  /** What a name of the other stack ends with where two stacks cannot have the same one: `drill`. */
  readonly suffix: string;
  /** Symbols of the chains that it has. */
  readonly symbols: readonly string[];
}

/**
 * The platform's settings of a throw-away stack, made of those of the stack beside which it runs. Nobody calls it from
 * elsewhere. Throws with what to do if the settings allow no second stack.
 * @param settings as they are written, keyed by their full names
 */
export type SettingsBeside = (
  settings: Readonly<Record<string, unknown>>,
  stack: StackBeside,
) => Readonly<Record<string, unknown>>;

/** An entry of the table of platforms (platforms/index.ts). */
export interface PlatformDefinition {
  /** The value of a host's `platform`. */
  readonly name: string;
  /** Names of Pulumi's resource plugins that only this platform needs. */
  readonly plugins: readonly string[];
  /** Type of the Pulumi provider that each of its hosts has under the host's name; absent if hosts have none of their own. */
  readonly hostProvider?: string | undefined;
  /** Keys of a host that only this platform understands. */
  readonly hostKeys: z.ZodRawShape;
  /** Keys of the stack's config that only this platform understands, by their full names such as `dokomodo:ssh`. */
  readonly settings: z.ZodRawShape;
  /** Paths of settings whose values must never be shown. */
  readonly hidden: readonly Path[];
  /** Says what a step of a plan means for what runs on the platform. */
  readonly readStep: ReadStep;
  readonly besides: SettingsBeside;
  /** @param settings values of the keys in `settings`, as their schemas parsed them */
  share(hosts: readonly StatedHost[], settings: Readonly<Record<string, unknown>>): PlatformShare;
}

interface TypedDefinition<Host extends z.ZodObject, Settings extends z.ZodObject> {
  readonly name: string;
  readonly plugins: readonly string[];
  readonly hostProvider?: string | undefined;
  /** Schema of a host on the platform. It includes the keys that hosts of all platforms have. */
  readonly host: Host;
  readonly settings: Settings;
  readonly hidden?: readonly Path[] | undefined;
  readonly readStep: ReadStep;
  readonly besides?: SettingsBeside | undefined;
  /**
   * @param hosts those that state all that the platform needs
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
    hostProvider: definition.hostProvider,
    hostKeys: Object.fromEntries(keys.map(([key, value]) => [key, z.optional(value)])),
    settings: settings.shape,
    hidden: definition.hidden ?? [],
    readStep: definition.readStep,
    besides: definition.besides ?? ((settings) => settings),
    share: (stated, values) => {
      const hosts = stated.flatMap((each) => {
        const parsed = host.safeParse(each);
        return parsed.success ? [parsed.data] : [];
      });
      return definition.share(hosts, settings.parse(values), stated);
    },
  };
}
