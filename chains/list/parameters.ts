import { z } from "zod";
import { hex, quoted, whole, wholeList } from "../../input/scalar";
import { PARAMETER_DEFAULTS, type PortParameters } from "../ports/portParameters";
import { daemonFlags } from "./daemonFlags";

const ERAS = 7;
const I32 = 2 ** 31 - 1;
const U32 = 2 ** 32 - 1;
const I64 = 2n ** 63n - 1n;

/** Coins that a supply may not exceed; komodod shuts down above it (docs/internals/domain.md, refused parameters). */
export const MAX_SUPPLY = 90_000_000_000n;

/**
 * Every `-ac_*` flag that komodod knows, with the values that it takes as they are
 * (docs/internals/domain.md, the flags of an assetchain).
 */
const assetchainShape = {
  ac_name: quoted("1 to 64 letters, digits or _, in quotes if they are all digits", (name) =>
    /^[A-Za-z0-9_]{1,64}$/.test(name),
  )
    .optional()
    .describe(
      "The chain's name. Its case counts. komodod computes the chain's ports and magic from it and from the parameters below.",
    ),
  ac_supply: whole(0, MAX_SUPPLY)
    .optional()
    .describe("The coins that exist at the start, in whole coins. Where it is absent, komodod makes 10."),
  ac_eras: whole(1, ERAS)
    .optional()
    .describe(
      "The number of eras, which are ranges of blocks with a reward of their own. Where it is absent, there is 1.",
    ),
  ac_end: wholeList(ERAS)
    .optional()
    .describe(
      "The block at which each era ends, with 0 for an era without an end. Where it is absent, the reward has no end.",
    ),
  ac_reward: wholeList(ERAS)
    .optional()
    .describe(
      "The reward for a block in satoshis, for each era. Where it and `ac_end` are absent, it is 10000; with `ac_end` alone there is none.",
    ),
  ac_halving: wholeList(ERAS)
    .optional()
    .describe(
      "The number of blocks after which the reward is reduced, for each era. Where it is absent or 0, the reward stays as it is.",
    ),
  ac_decay: wholeList(ERAS, 100_000_000)
    .optional()
    .describe(
      "The part of the reward that remains after each `ac_halving`, in hundred-millionths, for each era: 75000000 is 75 %. 0 is a half. 100000000 is a linear decrease down to the next era's reward, and needs an `ac_end`.",
    ),
  ac_notarypay: wholeList(ERAS)
    .optional()
    .describe(
      "What the notaries of a notarisation are paid together, in satoshis, for each era. It is refused together with `ac_pubkey` and `ac_script`. Where it is absent, they are paid nothing.",
    ),
  ac_perc: whole(0, U32)
    .optional()
    .describe(
      "The founders' share in hundred-millionths: 10000000 is 10 %. It is a share of the block's reward with `ac_founders`, and of all coins that the block moves without. It needs `ac_pubkey` or `ac_script`. Where it is absent, there is no share; with `ac_founders` and no `ac_founders_reward` it is 53846154.",
    ),
  ac_staked: whole(0, 100)
    .optional()
    .describe(
      "The percentage of blocks that are made by proof of stake. Where it is absent, there are none.",
    ),
  ac_cc: whole(0, U32)
    .optional()
    .describe(
      "Whether crypto-conditions contracts are on, and of which kind; 0 is off. Where it is absent, they are off.",
    ),
  ac_ccenable: wholeList(256, 255)
    .optional()
    .describe("The codes of the contracts that are on. Where it is absent, all are on. It needs `ac_cc`."),
  ac_cclib: quoted("a name of letters and digits", (name) => /^[A-Za-z0-9_]+$/.test(name))
    .optional()
    .describe("The name of the library with the chain's own contracts. It needs `ac_cc`."),
  ac_ccactivate: whole(0, I32)
    .optional()
    .describe("The block from which contracts are on. Where it is absent, they are on from the start."),
  ac_ccactivateht: wholeList(512)
    .optional()
    .describe(
      "The blocks from which single contracts are on: a contract's code, its block, the next one's code, and so on.",
    ),
  ac_public: whole(0, 1)
    .optional()
    .describe("1 for a chain with transparent transactions only. Where it is absent, this is 0."),
  ac_private: whole(0, 1)
    .optional()
    .describe(
      "1 for a chain with shielded transactions only. komodod takes it for PIRATE and ZOMBIE alone. Where it is absent, this is 0.",
    ),
  ac_txpow: whole(0, 3)
    .optional()
    .describe(
      "Which transactions need proof of work in their id: 1 for those that move coins, 2 for those that make coins, 3 for both. Where it is absent, this is 0, for none.",
    ),
  ac_founders: whole(0, I32)
    .optional()
    .describe(
      "The number of blocks after which the founders are paid, for all of these blocks at once. It needs `ac_pubkey` or `ac_script`.",
    ),
  ac_founders_reward: whole(0, I64)
    .optional()
    .describe(
      "What the founders are paid every `ac_founders` blocks in satoshis, in place of a share. It is refused together with `ac_perc`.",
    ),
  ac_pubkey: hex(33)
    .optional()
    .describe(
      "The public key that the founders' share is paid to. The supply is at most 10 billion coins then.",
    ),
  ac_script: hex(undefined)
    .optional()
    .describe("The script that the founders' share is paid to. The supply is at most 10 billion coins then."),
  ac_import: quoted("PUBKEY, CODA or the name of a gateway's coin", (name) => /^[A-Za-z0-9]+$/.test(name))
    .optional()
    .describe(
      "Where coins are imported from: with `PUBKEY` the owner of `ac_pubkey` makes them, `CODA` is the Coda chain, and any other name is a gateway's coin, which needs `ac_end` 1 and `ac_supply` 0.",
    ),
  ac_beam: whole(0, 65535)
    .optional()
    .describe("The RPC port of a BEAM daemon. komodod refuses any value but 0."),
  ac_coda: whole(0, 65535).optional().describe("The RPC port of a Coda daemon, for the import from Coda."),
  ac_timelockgte: whole(0, I64)
    .optional()
    .describe(
      "The amount in satoshis from which new coins are locked for a time. Where it is absent, none are.",
    ),
  ac_timeunlockfrom: whole(0, I64)
    .optional()
    .describe(
      "The first block at which locked coins may become free. It may not be after `ac_timeunlockto`. Where it is absent, this is 0.",
    ),
  ac_timeunlockto: whole(0, I64)
    .optional()
    .describe("The last block at which locked coins may become free. Where it is absent, this is 0."),
  ac_algo: quoted('"equihash", the one algorithm of this daemon', (name) => name === "equihash")
    .optional()
    .describe("The algorithm of the proof of work."),
  ac_blocktime: whole(1, I32)
    .optional()
    .describe(
      "The time from block to block that the difficulty aims at, in seconds. Where it is absent, it is 60.",
    ),
  ac_mineropret: hex(undefined)
    .optional()
    .describe("Data that is part of the chain's identity. komodod only computes ports and magic from it."),
  ac_nk: wholeList(2)
    .optional()
    .describe("N and K of equihash. Both are needed. Where it is absent, they are those of KMD."),
  ac_snapshot: whole(0, I32)
    .optional()
    .describe(
      "The number of blocks from one snapshot of all addresses to the next, for airdrops. Where it is absent, there are none.",
    ),
  ac_earlytxidcontract: whole(0, I32)
    .optional()
    .describe(
      "The code of the contract that `earlytxid` is for. komodod only computes ports and magic from it.",
    ),
  ac_cbmaturity: whole(0, I32)
    .optional()
    .describe("The number of blocks after which new coins may be spent. Where it is absent, it is 100."),
  ac_adaptivepow: whole(0, 127)
    .optional()
    .describe(
      "Whether the difficulty adapts while a block is searched for, and how; 0 is off. Where it is absent, it is off.",
    ),
  ac_sapling: whole(0, I32)
    .optional()
    .describe("The block from which Sapling is on. Where it is absent, komodod decides."),
  ac_overwinter: whole(0, I32)
    .optional()
    .describe(
      "The block from which Overwinter is on. Where it is absent, it is that of `ac_sapling`, and else komodod decides.",
    ),
};

/** What komodod takes on its command line and the list of chains may say, in the form of komodo's own list. */
export const parameterShape = { ...assetchainShape, ...daemonFlags };

const parameters = z.object(parameterShape);

/** The command-line text of each parameter by its name; a list where the flag is repeated. */
export type Parameters = z.output<typeof parameters>;

/** One flag per value, in the order of `names`: `-ac_name=BEER`, `-addnode=…` for each node. */
export function renderFlags(names: readonly string[], values: Readonly<Record<string, unknown>>): string[] {
  return names.flatMap((name) => {
    const value = values[name];
    const all = Array.isArray(value) ? value : [value];
    return all.filter((one) => one !== undefined).map((one) => `-${name}=${String(one)}`);
  });
}

/** Whether a key is one of komodod's parameters. */
export function isParameter(name: string): boolean {
  return Object.hasOwn(parameterShape, name);
}

/** The numbers behind the parameters, as the formula of ports takes them. */
export function portParameters(name: string, values: Parameters): PortParameters {
  return {
    ...PARAMETER_DEFAULTS,
    name,
    supply: big(values.ac_supply, PARAMETER_DEFAULTS.supply),
    eras: number(values.ac_eras, PARAMETER_DEFAULTS.eras),
    end: list(values.ac_end),
    reward: list(values.ac_reward),
    halving: list(values.ac_halving),
    decay: list(values.ac_decay),
    notarypay: list(values.ac_notarypay),
    timelockgte: values.ac_timelockgte === undefined ? undefined : BigInt(values.ac_timelockgte),
    timeunlockfrom: big(values.ac_timeunlockfrom, 0n),
    timeunlockto: big(values.ac_timeunlockto, 0n),
    perc: big(values.ac_perc, 0n),
    staked: number(values.ac_staked, 0),
    cc: number(values.ac_cc, 0),
    public: number(values.ac_public, 0) !== 0,
    private: number(values.ac_private, 0) !== 0,
    txpow: number(values.ac_txpow, 0),
    founders: number(values.ac_founders, 0),
    foundersReward: big(values.ac_founders_reward, 0n),
    pubkey: values.ac_pubkey ?? "",
    script: values.ac_script ?? "",
    import: values.ac_import ?? "",
    beam: number(values.ac_beam, 0),
    coda: number(values.ac_coda, 0),
    ccenable: list(values.ac_ccenable).map(Number),
    cclib: values.ac_cclib ?? "",
    blocktime: number(values.ac_blocktime, PARAMETER_DEFAULTS.blocktime),
    mineropret: values.ac_mineropret ?? "",
    nk: list(values.ac_nk),
    snapshot: number(values.ac_snapshot, 0),
    earlytxidcontract: number(values.ac_earlytxidcontract, 0),
    cbmaturity: number(values.ac_cbmaturity, 0),
    adaptivepow: number(values.ac_adaptivepow, 0),
    port: values.port === undefined ? undefined : Number(values.port),
  };
}

function big(written: string | undefined, missing: bigint): bigint {
  return written === undefined ? missing : BigInt(written);
}

function number(written: string | undefined, missing: number): number {
  return written === undefined ? missing : Number(written);
}

function list(written: string | undefined): bigint[] {
  return written === undefined ? [] : written.split(",").map(BigInt);
}
