import { type BenchTable, comparedHead, comparedRow } from "../report";
import type { Compared } from "../rpc/compare";
import { mean } from "../statistics";
import type { Bridged } from "./measure";

export function bridgeTable(measured: readonly Bridged[]): BenchTable {
  const connects = measured.map(({ connect }) => `${connect.toFixed(2)} ms`).join(", ");
  return {
    title:
      "RPC to litecoind on another host with a new connection per call, milliseconds as mean / 99 % " +
      `(to open a TCP connection: ${connects})`,
    head: ["round trip", ...comparedHead("through the links")],
    rows: measured.flatMap(({ delay, compared }) =>
      compared.map((one) => [`+ ${delay} ms`, ...comparedRow(one, [0.99])]),
    ),
  };
}

/** By how much the mean of a call grows when the round trip grows. */
export function roundTripTable(near: Bridged, far: Bridged): BenchTable {
  const added = far.delay - near.delay;
  const trips = (way: "direct" | "bridged", one: Compared, other: Compared) =>
    ((mean(other[way]) - mean(one[way])) / added).toFixed(2);
  return {
    title: "Round trips between the hosts per call: what the mean grew by, in units of the added round trip",
    head: ["call", "at once", "direct", "through the links"],
    rows: [
      ["opening a TCP connection", "1", ((far.connect - near.connect) / added).toFixed(2), ""],
      ...near.compared.flatMap((one, index) => {
        const other = far.compared[index];
        if (other === undefined) return [];
        return [
          [one.method, String(one.concurrency), trips("direct", one, other), trips("bridged", one, other)],
        ];
      }),
    ],
  };
}
