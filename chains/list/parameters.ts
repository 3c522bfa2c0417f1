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
  ).optional(),
  ac_supply: whole(0, MAX_SUPPLY).optional(),
  ac_eras: whole(1, ERAS).optional(),
  ac_end: wholeList(ERAS).optional(),
  ac_reward: wholeList(ERAS).optional(),
  ac_halving: wholeList(ERAS).optional(),
  ac_decay: wholeList(ERAS, 100_000_000).optional(),
  ac_notarypay: wholeList(ERAS).optional(),
  ac_perc: whole(0, U32).optional(),
  ac_staked: whole(0, 100).optional(),
  ac_cc: whole(0, U32).optional(),
  ac_ccenable: wholeList(256, 255).optional(),
  ac_cclib: quoted("a name of letters and digits", (name) => /^[A-Za-z0-9_]+$/.test(name)).optional(),
  ac_ccactivate: whole(0, I32).optional(),
  ac_ccactivateht: wholeList(512).optional(),
  ac_public: whole(0, 1).optional(),
  ac_private: whole(0, 1).optional(),
  ac_txpow: whole(0, 3).optional(),
  ac_founders: whole(0, I32).optional(),
  ac_founders_reward: whole(0, I64).optional(),
  ac_pubkey: hex(33).optional(),
  ac_script: hex(undefined).optional(),
  ac_import: quoted("PUBKEY, CODA or the name of a gateway's coin", (name) =>
    /^[A-Za-z0-9]+$/.test(name),
  ).optional(),
  ac_beam: whole(0, 65535).optional(),
  ac_coda: whole(0, 65535).optional(),
  ac_timelockgte: whole(0, I64).optional(),
  ac_timeunlockfrom: whole(0, I64).optional(),
  ac_timeunlockto: whole(0, I64).optional(),
  ac_algo: quoted('"equihash", the one algorithm of this daemon', (name) => name === "equihash").optional(),
  ac_blocktime: whole(1, I32).optional(),
  ac_mineropret: hex(undefined).optional(),
  ac_nk: wholeList(2).optional(),
  ac_snapshot: whole(0, I32).optional(),
  ac_earlytxidcontract: whole(0, I32).optional(),
  ac_cbmaturity: whole(0, I32).optional(),
  ac_adaptivepow: whole(0, 127).optional(),
  ac_sapling: whole(0, I32).optional(),
  ac_overwinter: whole(0, I32).optional(),
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
    ...(values.ac_timelockgte === undefined ? {} : { timelockgte: BigInt(values.ac_timelockgte) }),
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
    ...(values.port === undefined ? {} : { port: Number(values.port) }),
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
