import type { Chain } from "../../chains/chain";
import { daemonDefaults } from "../../chains/daemons";
import type { DaemonArgs } from "../../components/Assetchain";
import type { IguanaArgs } from "../../components/IguanaInstance";
import type { ResourceRequests } from "../../platforms/platform";
import type { DaemonSettings, OwnIguanaSettings, StackSettings } from "../schema/schema";

/** A chain's daemon: what the registry says of the chain, then the stack of the daemon, then the defaults. */
export function resolveDaemon(chain: Chain, settings: DaemonSettings = {}, storage?: number): DaemonArgs {
  const defaults = daemonDefaults(chain.daemon);
  const storageGiB = storage ?? settings.storage;
  return {
    image: chain.image ?? settings.image ?? "",
    command: settings.command ?? defaults.command,
    user: settings.user ?? defaults.user,
    home: settings.home ?? defaults.home,
    flags: settings.flags ?? defaults.flags,
    takesPublicKey: defaults.takesPublicKey,
    memoryMiB: settings.memory ?? defaults.memoryMiB,
    ...resolveRequests(settings.requests),
    ...(settings.scratch === undefined ? {} : { scratch: settings.scratch }),
    ...(storageGiB === undefined ? {} : { storageGiB }),
  };
}

function resolveRequests(requests: DaemonSettings["requests"]): { requests?: ResourceRequests } {
  if (requests === undefined) return {};
  const { cpu, memory } = requests;
  return {
    requests: {
      ...(cpu === undefined ? {} : { cpu }),
      ...(memory === undefined ? {} : { memoryMiB: memory }),
    },
  };
}

/** A notary's Iguana: what the notary says of its own, then what the stack says of all. */
export function resolveIguana(all: StackSettings["iguana"], own: OwnIguanaSettings): IguanaArgs {
  const home = own.home ?? all.home;
  const elected = own.elected ?? all.elected;
  return {
    image: own.image ?? all.image,
    command: own.command ?? all.command,
    user: own.user ?? all.user,
    home,
    directory: own.directory ?? all.directory ?? home,
    rpcPort: own.rpcPort ?? all.rpcPort,
    busPort: own.busPort ?? all.busPort,
    memoryMiB: own.memory ?? all.memory,
    ...resolveRequests(own.requests ?? all.requests),
    listenToAll: own.listenToAll ?? all.listenToAll,
    ...(elected === undefined ? {} : { elected }),
  };
}
