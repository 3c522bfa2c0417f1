import { flagName } from "../../chains/ownFlags";
import type { Problem } from "../../input/problem";
import { deployedChains } from "../../notary/placement";
import type { RuleInput } from "../context";

/**
 * The port that each flag sets. A daemon in regtest needs such flags, because it takes no port from the main part of
 * its conf (docs/internals/domain.md, flags for one network).
 */
const PORTS = { rpcport: "rpcPort", port: "p2pPort" } as const;

/** Reports flags of a daemon that state another port than that of a chain which it runs, where its callers look. */
export function checkDaemonPorts({ settings, nodes, at }: RuleInput): Problem[] {
  const deployed = nodes.flatMap(({ node }) => deployedChains(node)).map(({ chain }) => chain);
  return Object.entries(settings.daemons).flatMap(([daemon, { flags = [], command = [] }]) => {
    const chains = deployed.filter((chain) => chain.daemon === daemon);
    return Object.entries({ flags, command }).flatMap(([key, texts]) =>
      texts.flatMap((text, index): Problem[] => {
        const problem = portProblem(text, chains);
        if (problem === undefined) return [];
        const path = ["dokomodo:daemons", daemon, key, index];
        return [{ message: `dokomodo:daemons.${daemon}.${key}[${index}]: ${problem}`, position: at(path) }];
      }),
    );
  });
}

function portProblem(
  text: string,
  chains: readonly { readonly symbol: string; readonly rpcPort: number; readonly p2pPort: number }[],
): string | undefined {
  if (!text.startsWith("-")) return undefined;
  const name = flagName(text).replace(/^no/, "");
  if (name !== "rpcport" && name !== "port") return undefined;
  const [, value] = /=(.*)$/s.exec(text) ?? [];
  const other = chains.find((chain) => String(chain[PORTS[name]]) !== value);
  if (other === undefined) return undefined;
  return `${text} is not the port of ${other.symbol}, ${other[PORTS[name]]}, which its callers use. Leave it out, or state that port`;
}
