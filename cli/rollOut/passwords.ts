import type { Chain } from "../../chains/chain";
import { everyNode, type Stack } from "../../config/stack";
import { suggestion } from "../../input/nearest";
import { agentName, clientsName, daemonName, iguanaName } from "../../notary/names";
import { deployedChains, hasAgent, hasClients } from "../../notary/placement";
import { type Link, rpcGraph } from "../../notary/rpcGraph";
import type { Node, Notary } from "../../notary/types";
import { findNode, type StackFiles } from "../edit/stackFiles";
import type { Setting } from "./carefulUp";
import type { ImageUse } from "./images";

/** A daemon that gets another RPC password. */
export interface NewPassword {
  readonly node: Node | Notary;
  readonly symbol: string;
  /** What its `rotation` is until now; absent if it has none. */
  readonly rotation?: string | undefined;
}

type Nodes = Pick<Stack, "notaries" | "nodes">;

/**
 * The daemons of these chains, in all notaries and nodes or in one of them. Throws if one of the names leads to none.
 * @param symbols `all` for all chains
 * @param name of a notary or node; all of them if absent
 */
export function passwordsOf(symbols: readonly string[], stack: Nodes, name?: string): NewPassword[] {
  const nodes = everyNode(stack).filter((node) => name === undefined || node.name === name);
  if (nodes.length === 0 && name !== undefined) {
    const names = everyNode(stack).map((node) => node.name);
    throw new Error(`the stack has no notary and no node ${name}${suggestion(name, names)}`);
  }
  const all = nodes.flatMap((node) =>
    deployedChains(node).map(
      ({ chain, rotation }): NewPassword => ({ node, symbol: chain.symbol, rotation }),
    ),
  );
  if (symbols.includes("all")) return all;
  const known = [...new Set(all.map(({ symbol }) => symbol))];
  const unknown = symbols.find((symbol) => !known.includes(symbol));
  if (unknown !== undefined) {
    throw new Error(`the stack runs no daemon of a chain ${unknown}${suggestion(unknown, known)}`);
  }
  return all.filter(({ symbol }) => symbols.includes(symbol));
}

/** What is replaced for new passwords: the daemons, and all that call them, because they are told the password. */
export function replacedFor(passwords: readonly NewPassword[]): string[] {
  const names = passwords.flatMap((password) => {
    const { node, symbol } = password;
    const callers = callsOf(password).map(({ caller }) => caller);
    const daemons = [symbol, ...callers].map((each) => daemonName(node.name, each));
    return [
      ...daemons,
      ...("iguana" in node ? [iguanaName(node.name)] : []),
      ...(hasAgent(node) ? [agentName(node.name)] : []),
      ...(hasClients(node) ? [clientsName(node.name)] : []),
    ];
  });
  return [...new Set(names)];
}

/** The daemons, with what can be seen of them. */
export function usesOfPasswords(passwords: readonly NewPassword[]): ImageUse[] {
  return passwords.flatMap(({ node, symbol }) =>
    deployedChains(node)
      .filter(({ chain }) => chain.symbol === symbol)
      .map(({ chain, host, daemon }) => ({
        workload: daemonName(node.name, symbol),
        host,
        image: daemon.image,
        port: chain.rpcPort,
      })),
  );
}

/**
 * The chain that is replaced first: one that other daemons call, and that calls none of the others with a new password.
 * Callers then get a new password after the daemon. Undefined if none of these chains is called by a daemon.
 */
export function firstOf(passwords: readonly NewPassword[]): string | undefined {
  const links = passwords.flatMap(callsOf);
  const called = links.map(({ callee }) => callee);
  return called.find((symbol) => !links.some(({ caller }) => caller === symbol));
}

/** The links over which daemons of the node call this one. */
function callsOf({ node, symbol }: NewPassword): Link[] {
  const chains: readonly Chain[] = node.chains.map(({ chain }) => chain);
  return rpcGraph(chains).filter(({ callee, role }) => callee === symbol && role !== "iguana");
}

/** A text that no rotation had before: the time, such as `20260131-235959`. Unlike a date it is a text to every reader of YAML. */
export function rotationText(now: Date): string {
  return now.toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
}

/** Milliseconds for which callers may use a former password. The roll-out of dozens of large daemons takes hours. */
const FORMER_MILLISECONDS = 24 * 3_600_000;

/** Until when callers may use the passwords that are replaced now. */
export function formerUntil(now: Date): Date {
  return new Date(now.getTime() + FORMER_MILLISECONDS);
}

/**
 * What the stack's file has to say so that these daemons get other passwords.
 * @param isLeaked whether the present passwords are refused from each daemon's turn on
 */
export function rotationSettings(
  passwords: readonly NewPassword[],
  from: StackFiles,
  now: Date,
  isLeaked: boolean,
): Setting[] {
  const until = rotationText(formerUntil(now));
  return passwords.flatMap(({ node, symbol, rotation }): Setting[] => {
    const { path } = findNode(from, node.name);
    const former = { ...(rotation === undefined ? {} : { rotation }), until };
    return [
      { path: [...path, "rotation", symbol], value: rotationText(now) },
      { path: [...path, "rotatedFrom", symbol], value: isLeaked ? undefined : former },
    ];
  });
}
