import type { Chain } from "../chains/chain";
import { daemonDefaults } from "../chains/daemons";
import type { DaemonArgs } from "../components/Assetchain";
import type { IguanaArgs } from "../components/IguanaInstance";
import type { DaemonSettings, StackSettings } from "./schema";

/** A chain's daemon: what the registry says of the chain, then the stack of the daemon, then the defaults. */
export function resolveDaemon(chain: Chain, settings: DaemonSettings = {}): DaemonArgs {
  const defaults = daemonDefaults(chain.daemon);
  return {
    image: chain.image ?? settings.image ?? "",
    command: settings.command ?? defaults.command,
    user: settings.user ?? defaults.user,
    home: settings.home ?? defaults.home,
    flags: settings.flags ?? defaults.flags,
    takesPublicKey: defaults.takesPublicKey,
    memoryMiB: settings.memory ?? defaults.memoryMiB,
  };
}

export function resolveIguana(settings: StackSettings["iguana"]): IguanaArgs {
  const { image, command, user, home, directory, rpcPort, busPort, memory, elected } = settings;
  return {
    image,
    command,
    user,
    home,
    directory: directory ?? home,
    rpcPort,
    busPort,
    memoryMiB: memory,
    ...(elected === undefined ? {} : { elected }),
  };
}
