import { deployedChains } from "../components/placement";
import type { Stack } from "./load";

/** A daemon that the config places on another host than it runs on. */
export interface Move {
  readonly notary: string;
  readonly symbol: string;
  readonly from: string;
  readonly to: string;
}

/** What differs between the `notaries` output of the stack's last run and what its config says now. */
export function findMoves({ notaries }: Stack, before: unknown): Move[] {
  return notaries.flatMap(({ name, ...args }) => {
    const hosts: Record<string, unknown> = Object(Object(Object(before)[name]).hosts);
    return deployedChains(args).flatMap(({ chain: { symbol }, host: to }) => {
      const from = hosts[symbol];
      return typeof from === "string" && from !== to ? [{ notary: name, symbol, from, to }] : [];
    });
  });
}
