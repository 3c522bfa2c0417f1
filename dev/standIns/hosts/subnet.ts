import { readFile, writeFile } from "node:fs/promises";
import { BlockList } from "node:net";
import { join } from "node:path";
import { z } from "zod";
import type { Pool } from "./pool";
import { run } from "./run";

/** A range of IPv4 addresses that the machine uses. */
export interface Used {
  readonly address: string;
  /** Length of the prefix in bits, 0 to 32. */
  readonly prefix: number;
  /** What the machine uses it for, such as `10.99.0.0/16 on eth1`. */
  readonly use: string;
}

/** The ranges that pools of one kind may use, each as the two bytes before the pool's number. The first free one is taken. */
export type Ranges = readonly string[];

/** They leave out 10.96 and 10.244, which test clusters use inside for Services and pods. */
const SECOND_BYTES = Array.from({ length: 40 }, (_, index) => 100 + 2 * index);
export const HOST_RANGES: Ranges = ["10.99", ...SECOND_BYTES.map((byte) => `10.${byte + 1}`), "172.16"];
export const CLUSTER_RANGES: Ranges = ["10.98", ...SECOND_BYTES.map((byte) => `10.${byte}`), "192.168"];

/** A route with a shorter prefix leads to the rest of the world. It is not a network that the machine uses. */
const SHORTEST_PREFIX = 8;
/** Length of a pool's own prefix. */
const POOL_PREFIX = 24;

/**
 * The first three bytes of a pool's addresses, such as `10.99.0`. They are in the first range that overlaps with nothing on
 * the machine, so most machines use the same one. Throws with what is in the way and what to do.
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
    `Pool ${number} needs ${ranges[0]}.${number}.0/${POOL_PREFIX} or one of ${ranges.length - 1} other ranges of ` +
      `addresses, and this machine uses them all: ${[...inTheWay].join(", ")}. Remove one of these ` +
      "(`ip address` and `ip route` show them), or run this on a machine or in a container without them.",
  );
}

/** Chooses a pool's subnet and saves it in the pool's folder, so that other processes can read it. */
export async function chooseSubnet(pool: Pool, ranges: Ranges): Promise<string> {
  const subnet = freeSubnet(pool.number, ranges, await usedRanges());
  await writeFile(subnetFile(pool), subnet);
  return subnet;
}

/** The subnet that was chosen when the pool was started. */
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
    // Some versions of `ip` print an empty object for an interface that has no IPv4 address.
    addr_info: z.array(z.object({ local: z.string(), prefixlen: z.int() })).default([]),
  }),
);
const routeSchema = z.array(z.object({ dst: z.string(), dev: z.string().optional() }));
/** The destination of a route, as `ip` writes it. An address without a prefix is one machine. */
const DESTINATION = /^([\d.]+)(?:\/(\d+))?$/;

/** The addresses of all interfaces of the machine, including those that are down, and the destinations of its routes. */
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
