import { describe, expect, test } from "vitest";
import { CLUSTER_RANGES, freeSubnet, HOST_RANGES } from "../../../dev/standIns/hosts/subnet";

const used = (address: string, prefix: number) => ({ address, prefix, use: `${address}/${prefix} on eth1` });

describe("the addresses of a testbed's pool", () => {
  test("are the same on every machine that leaves them free", () => {
    const elsewhere = [
      used("192.0.2.2", 24),
      used("172.17.0.1", 16),
      used("10.99.6.0", 24),
      used("0.0.0.0", 1),
    ];
    expect(freeSubnet(7, HOST_RANGES, elsewhere)).toBe("10.99.7");
    expect(freeSubnet(7, CLUSTER_RANGES, elsewhere)).toBe("10.98.7");
  });

  test.each([
    ["the same range", used("10.99.7.0", 24)],
    ["a wider one", used("10.99.0.0", 16)],
    ["one machine in it", used("10.99.7.77", 32)],
  ])("are others where %s is used", (_, one) => {
    expect(freeSubnet(7, HOST_RANGES, [one])).toBe("10.101.7");
  });

  test("are of another private range where a network takes all of 10.0.0.0/8", () => {
    const network = [used("10.0.0.0", 8)];
    expect(freeSubnet(7, HOST_RANGES, network)).toBe("172.16.7");
    expect(freeSubnet(7, CLUSTER_RANGES, network)).toBe("192.168.7");
  });

  test("cannot be had where all are used, which says by what and what to do", () => {
    const all = [used("10.1.2.3", 8), used("172.16.0.0", 12), used("192.168.0.0", 16)];
    expect(() => freeSubnet(7, HOST_RANGES, all)).toThrow(
      "10.99.7.0/24 or one of 41 other ranges of addresses, and this machine uses them all: 10.1.2.3/8 on eth1, " +
        "172.16.0.0/12 on eth1. Remove one of these (`ip address` and `ip route` show them)",
    );
  });

  test("never are those of hosts for a cluster, nor what a cluster has inside", () => {
    expect(HOST_RANGES.filter((range) => CLUSTER_RANGES.includes(range))).toEqual([]);
    for (const range of ["10.96", "10.244"]) expect([...HOST_RANGES, ...CLUSTER_RANGES]).not.toContain(range);
  });
});
