import type { BenchTable } from "../report";
import type { ContainerMemory } from "./containers";
import type { MemoryMeasurement } from "./measure";

/** The containers that the project adds to a notary's daemons, by the end of their names. The first match counts. */
const KINDS = [
  ["Iguana's proxy", /-iguana-proxy$/],
  ["Iguana's agent", /-iguana-agent$/],
  ["witness", /-witness$/],
  ["witness's proxy", /-witness-proxy$/],
  ["gateway", /-gateway$/],
  ["restarter", /-restarter$/],
  ["a chain's proxy", /-proxy$/],
  ["pause", /-pause$/],
] as const;

export function memoryTable({ chains, calls, containers }: MemoryMeasurement): BenchTable {
  const groups = KINDS.map(([kind]) => ({
    kind,
    of: containers.filter(({ name }) => kindOf(name) === kind),
  }));
  const all = groups.flatMap(({ of }) => of);
  const row = (kind: string, of: readonly ContainerMemory[]) => {
    const own = of.map((container) => container.own);
    const told = of.map((container) => container.told);
    return [
      kind,
      String(of.length),
      mebibytes(sum(own) / of.length),
      mebibytes(Math.max(...own)),
      mebibytes(sum(own)),
      mebibytes(sum(told)),
    ];
  };
  const shims = all.map(({ shim }) => shim);
  return {
    title: `Memory of the containers that a notary of ${chains} chains has beside Iguana and the daemons, all on one host, after ${calls} calls of each chain: MiB`,
    head: ["container", "number", "own, mean", "own, highest", "own, sum", "`docker stats`, sum"],
    rows: [
      ...groups.map(({ kind, of }) => row(kind, of)),
      [
        "sum",
        String(all.length),
        "",
        "",
        mebibytes(sum(all.map(({ own }) => own))),
        mebibytes(sum(all.map(({ told }) => told))),
      ],
      [
        "containerd's shims of these",
        String(shims.length),
        mebibytes(sum(shims) / shims.length),
        mebibytes(Math.max(...shims)),
        mebibytes(sum(shims)),
        "",
      ],
    ],
  };
}

function kindOf(container: string): string | undefined {
  return KINDS.find(([, end]) => end.test(container))?.[0];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}
