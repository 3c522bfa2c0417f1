import { readFile, writeFile } from "node:fs/promises";
import { BlockList } from "node:net";
import { join } from "node:path";
import { z } from "zod";
import type { Pool } from "./pool";
import { run } from "./run";

/** A range of IPv4 addresses that the machine uses, and what for. */
export interface Used {
  readonly address: string;
  /** Bits, 0 to 32. */
  readonly prefix: number;
  /** Such as `10.99.0.0/16 on eth1`. */
  readonly use: string;
}

/** Which /24s pools of one kind may have, by the two bytes before the pool's number; the first that is free is taken. */
export type Ranges = readonly string[];

/** Without 10.96 and 10.244, which a test cluster has inside for Services and pods. */
const SECOND_BYTES = Array.from({ length: 40 }, (_, index) => 100 + 2 * index);
export const HOST_RANGES: Ranges = ["10.99", ...SECOND_BYTES.map((byte) => `10.${byte + 1}`), "172.16"];
export const CLUSTER_RANGES: Ranges = ["10.98", ...SECOND_BYTES.map((byte) => `10.${byte}`), "192.168"];

/** A route that leads to as much as this is a way to the rest of the world, not a network of the machine's. */
const SHORTEST_PREFIX = 8;
/** The length of a pool's own prefix. */
const POOL_PREFIX = 24;

/**
 * The first three bytes of a pool's addresses, such as `10.99.0`: of the first range that nothing on the machine
 * overlaps, so that it is the same one on most machines. Rejects with what is in the way, and with what to do.
 */
export function freeSubnet(number: number, ranges: Ranges, used: readonly Used[]): string {
  const networks = used.filter(({ prefix }) => prefix >= SHORTEST_PREFIX);
  const inTheWay = new Set<string>();
  for (const range of ranges) {
    const subnet = `${range}.${number}`;
    const own = { address: `${subnet}.0`, prefix: POOL_PREFIX };
    const other = networks.find((one) => overlap(one, own));
    if (other === undefined) return subnet;
    inTheWay.add(other.use);
  }
  throw new Error(
    `Pool ${number} of a testbed takes ${ranges[0]}.${number}.0/${POOL_PREFIX} or one of ${ranges.length - 1} other ` +
      `ranges of addresses, and this machine uses them all: ${[...inTheWay].join(", ")}. Remove one of these ` +
      "(`ip address` and `ip route` show them), or run this on a machine or in a container without them.",
  );
}

/** Chooses a pool's subnet and writes it down, for other processes too. */
export async function chooseSubnet(pool: Pool, ranges: Ranges): Promise<string> {
  const subnet = freeSubnet(pool.number, ranges, await usedRanges());
  await writeFile(subnetFile(pool), subnet);
  return subnet;
}

/** What was chosen when the pool was started. */
export async function chosenSubnet(pool: Pool): Promise<string> {
  return readFile(subnetFile(pool), "utf8");
}

function overlap(one: Omit<Used, "use">, other: Omit<Used, "use">): boolean {
  return holds(one, other.address) || holds(other, one.address);
}

function holds({ address, prefix }: Omit<Used, "use">, other: string): boolean {
  const list = new BlockList();
  list.addSubnet(address, prefix);
  return list.check(other);
}

const addressSchema = z.array(
  z.object({
    ifname: z.string().default(""),
    // Some versions of `ip` leave an empty object where an interface has no address of the kind.
    addr_info: z.array(z.object({ local: z.string(), prefixlen: z.int() })).default([]),
  }),
);
const routeSchema = z.array(z.object({ dst: z.string(), dev: z.string().optional() }));
/** As `ip` writes the destination of a route: an address alone is one machine. */
const DESTINATION = /^([\d.]+)(?:\/(\d+))?$/;

/** Addresses of the machine's interfaces, those that are down too, and what it has routes to. */
async function usedRanges(): Promise<Used[]> {
  const addresses = addressSchema.parse(JSON.parse(await run("ip", "-4", "-json", "address", "show")));
  const routes = routeSchema.parse(
    JSON.parse(await run("ip", "-4", "-json", "route", "show", "table", "all")),
  );
  return [
    ...addresses.flatMap(({ ifname, addr_info }) =>
      addr_info.map(({ local, prefixlen }) => ({
        address: local,
        prefix: prefixlen,
        use: `${local}/${prefixlen} on ${ifname}`,
      })),
    ),
    ...routes.flatMap(({ dst, dev }) => {
      const [, address, prefix = "32"] = DESTINATION.exec(dst) ?? [];
      if (address === undefined) return [];
      const where = dev === undefined ? "a route" : `a route through ${dev}`;
      return [{ address, prefix: Number(prefix), use: `${where} to ${dst}` }];
    }),
  ];
}

function subnetFile({ folder }: Pool): string {
  return join(folder, "subnet");
}
