import { describe, expect, test } from "vitest";
import { z } from "zod";
import { parameterShape, portParameters } from "../../../chains/list/parameters";
import { PARAMETER_DEFAULTS, type PortParameters } from "../../../chains/ports/portParameters";
import { chainPorts, KMD_PORTS } from "../../../chains/ports/ports";
import { listOf, only } from "../list";
import recorded from "./data/ports.json";

interface Recorded {
  readonly params: Readonly<Record<string, string>>;
  readonly p2pPort: number;
  readonly rpcPort?: number;
  readonly magic?: string;
  readonly wireMagic?: string;
  readonly extraHex?: string;
}

const groups: Readonly<Record<string, readonly Recorded[]>> = {
  "the chains of March 2018": recorded.assetchainsMarch2018,
  "the chains added by July 2018": recorded.assetchainsAddedByJuly2018,
  "komodo's list of 2024": recorded.komodoAssetchainsJson2024,
  "dPoW's list of 2025": recorded.dpowAssetchainsJson2025,
  "further chains of name and supply": recorded.portVectorsSimple,
  "further chains with parameters": recorded.portVectorsWithExtraParams,
};

const plain: PortParameters = { ...PARAMETER_DEFAULTS, name: "BEER", supply: 100_000_000n };

function extraOf(changes: Partial<PortParameters>): string {
  return Buffer.from(chainPorts({ ...plain, ...changes }).extra).toString("hex");
}

/** The bytes `extra` of a chain with one era: the public key, four numbers of the era, then the switches. */
function oneEra({
  end = 0n,
  reward = 0n,
  halving = 0n,
  decay = 0n,
  switches = 0n,
  pubkey = "00".repeat(33),
} = {}): string {
  return pubkey + [end, reward, halving, decay, switches].map(u64).join("");
}

function u64(number: bigint): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(number);
  return bytes.toString("hex");
}

describe.each(Object.entries(groups))("The ports of %s are those that operators use", (_, chains) => {
  test.each(chains.map((chain) => [chain.params["ac_name"], chain.p2pPort, chain] as const))(
    "%s, %d",
    (_name, port, chain) => {
      const found = only(listOf(chain.params));

      expect(found.p2pPort).toBe(port);
      expect(found.rpcPort).toBe(chain.rpcPort ?? port + 1);
      expect(found.magic).toBe(chain.magic ?? found.magic);
      expect(found.wireMagic).toBe(chain.wireMagic ?? found.wireMagic);
    },
  );
});

describe("The bytes that are hashed are those that were recorded from komodod", () => {
  const read = Object.values(groups)
    .flat()
    .filter(({ extraHex }) => extraHex !== undefined);

  test.each(read.map((chain) => [chain.params["ac_name"], chain] as const))("%s", (name = "", chain) => {
    const parameters = portParameters(name, z.object(parameterShape).parse(chain.params));

    expect(Buffer.from(chainPorts(parameters).extra).toString("hex")).toBe(chain.extraHex);
  });
});

describe("chainPorts", () => {
  test("KMD has fixed ports and a fixed magic", () => {
    expect(KMD_PORTS).toMatchObject({
      p2pPort: 7770,
      rpcPort: 7771,
      magic: "8de4eef9",
      wireMagic: "f9eee48d",
    });
  });

  test.each<[string, Partial<PortParameters>]>([
    ["ac_cc", { cc: 2 }],
    ["ac_staked", { staked: 50 }],
    ["a supply beyond 32 bits", { supply: 10_000_000_000n }],
    ["ac_perc without someone to pay", { perc: 5n }],
    ["ac_founders without someone to pay", { founders: 1 }],
    ["ac_cclib without ac_cc", { cclib: "prices" }],
    ["ac_ccenable without ac_cc", { ccenable: [5] }],
    ["ac_ccenable of zeros", { cc: 2, ccenable: [0, 0] }],
    ["one of two numbers of ac_nk being zero", { nk: [200n, 0n] }],
    ["an unlock that ends before it begins", { timelockgte: 1n, timeunlockfrom: 5n, timeunlockto: 4n }],
    ["a linear decay that never ends", { decay: [100_000_000n] }],
    ["a decay of more than all", { decay: [100_000_001n] }],
    ["ac_txpow beyond its two bits", { txpow: 4 }],
    ["a public key whose first byte is zero", { pubkey: `00${"11".repeat(32)}` }],
  ])("%s alone leaves a chain simple", (_, changes) => {
    expect(extraOf(changes)).toBe("");
  });

  test.each<[string, Partial<PortParameters>, string]>([
    ["ac_end", { end: [7n] }, oneEra({ end: 7n })],
    ["ac_reward", { reward: [7n] }, oneEra({ reward: 7n })],
    ["ac_halving", { halving: [7n] }, oneEra({ halving: 7n })],
    ["ac_decay", { decay: [7n] }, oneEra({ decay: 7n })],
    [
      "a linear decay that ends",
      { decay: [100_000_000n], end: [9n] },
      oneEra({ end: 9n, decay: 100_000_000n }),
    ],
    ["ac_public", { public: true }, oneEra({ switches: 0x80n })],
    ["ac_private", { private: true }, oneEra({ switches: 0x40n })],
    ["ac_txpow", { txpow: 3 }, oneEra({ switches: 3n })],
    [
      "ac_cc and ac_staked with ac_public",
      { public: true, cc: 0x1_0002, staked: 120 },
      oneEra({ switches: (2n << 40n) | (100n << 32n) | 0x80n }),
    ],
    ["ac_pubkey", { pubkey: `02${"ab".repeat(32)}` }, oneEra({ pubkey: `02${"ab".repeat(32)}` })],
    ["ac_script with ac_perc", { script: "abcd", perc: 5n }, `${oneEra({ switches: 5n })}abcd`],
    [
      "ac_founders, whose share is 35 %",
      { script: "abcd", founders: 1 },
      `${oneEra({ switches: 53846154n })}01abcd`,
    ],
    [
      "ac_founders of more than 1",
      { script: "abcd", founders: 150, perc: 1n },
      `${oneEra({ switches: 1n })}0196000000abcd`,
    ],
    [
      "ac_founders_reward",
      { script: "abcd", founders: 1, foundersReward: 9n },
      `${oneEra()}01${u64(9n)}abcd`,
    ],
    ["ac_founders_reward alone", { foundersReward: 9n }, oneEra()],
    ["ac_import", { import: "PUBKEY" }, `${oneEra()}${Buffer.from("PUBKEY").toString("hex")}`],
    ["ac_beam", { beam: 1 }, `${oneEra()}62`],
    ["ac_coda", { coda: 1 }, `${oneEra()}63`],
    [
      "ac_ccenable",
      { cc: 2, ccenable: [8, 255] },
      `${oneEra({ switches: 2n << 40n })}fefe${"ff".repeat(29)}7f`,
    ],
    [
      "a repeated code in ac_ccenable, which hides the last",
      { cc: 2, ccenable: [8, 8, 255] },
      `${oneEra({ switches: 2n << 40n })}fefe${"ff".repeat(30)}`,
    ],
    ["ac_cclib", { cc: 2, cclib: "ab" }, `${oneEra({ switches: 2n << 40n })}6162`],
    ["ac_cclib of one letter, which is not hashed", { cc: 2, cclib: "a" }, oneEra({ switches: 2n << 40n })],
    ["ac_blocktime", { blocktime: 120 }, `${oneEra()}78000000`],
    ["ac_mineropret", { mineropret: "beef" }, `${oneEra()}beef`],
    ["ac_nk", { nk: [96n, 5n] }, oneEra() + u64(96n) + u64(5n)],
    ["one number of ac_nk, which stands for both", { nk: [5n] }, oneEra() + u64(5n) + u64(5n)],
    [
      "ac_snapshot, ac_earlytxidcontract, ac_cbmaturity, ac_adaptivepow",
      { snapshot: 1, earlytxidcontract: 2, cbmaturity: 3, adaptivepow: 6 },
      `${oneEra()}01000000020000000300000006`,
    ],
    ["ac_algo", { algo: 1 }, `${"00".repeat(65)}01000000${u64(0n)}`],
    [
      "ac_timelockgte",
      { timelockgte: 0n, timeunlockfrom: 1n, timeunlockto: 2n },
      `${"00".repeat(65)}${u64(0n)}${u64(1n)}${u64(2n)}${u64(0n)}`,
    ],
    ["ac_notarypay", { notarypay: [4n] }, `${"00".repeat(65)}${u64(4n)}${u64(0n)}`],
    [
      "ac_eras with one value, which repeats",
      { eras: 2, reward: [3n] },
      `${"00".repeat(33)}${[0n, 3n, 0n, 0n, 0n, 3n, 0n, 0n, 1n, 0n].map(u64).join("")}`,
    ],
  ])("%s goes into the hash", (_, changes, extra) => {
    expect(extraOf(changes)).toBe(extra);
  });

  test("a simple chain and one with parameters take their ports from different ranges", () => {
    expect(chainPorts(plain)).toMatchObject({
      p2pPort: 8922,
      rpcPort: 8923,
      magic: "6ebbec9f",
      wireMagic: "9fecbb6e",
    });
    expect(chainPorts({ ...plain, public: true }).p2pPort).toBeGreaterThanOrEqual(16000);
  });

  test("-port replaces the computed port and leaves the magic", () => {
    expect(chainPorts({ ...plain, port: 9000 })).toMatchObject({
      p2pPort: 9000,
      rpcPort: 9001,
      magic: "6ebbec9f",
    });
  });

  test("a chain's name is case-sensitive", () => {
    expect(chainPorts({ ...plain, name: "beer" }).magic).not.toBe(chainPorts(plain).magic);
  });
});
