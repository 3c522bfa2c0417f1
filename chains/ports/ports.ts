import { crc32 } from "node:zlib";
import { sha256 } from "@noble/hashes/sha2.js";
import type { PortParameters } from "./portParameters";

export interface ChainPorts {
  /** The bytes that komodod hashes into the magic; empty for a chain of name and supply alone. */
  readonly extra: Uint8Array;
  /** The magic number as 8 hex digits. */
  readonly magic: string;
  /** The same bytes in the order in which they go over the wire, as coin files have them. */
  readonly wireMagic: string;
  readonly p2pPort: number;
  readonly rpcPort: number;
}

/** KMD's magic and ports, which are not computed (docs/internals/domain.md, the port formula). */
export const KMD_PORTS: ChainPorts = {
  extra: new Uint8Array(),
  magic: "8de4eef9",
  wireMagic: "f9eee48d",
  p2pPort: 7770,
  rpcPort: 7771,
};

/** Magic and ports of an assetchain as komodod computes them (docs/internals/domain.md, the port formula). */
export function chainPorts(parameters: PortParameters): ChainPorts {
  const extra = extraBytes(parameters);
  const seed = extra.length === 0 ? 0 : Buffer.from(sha256(extra)).readUInt32LE();
  const magic = crc32(Buffer.concat([u64(parameters.supply), Buffer.from(parameters.name)]), seed);
  const computed = extra.length === 0 ? 8000 + (magic % 7777) : 16000 + (magic % 49500);
  const p2pPort = parameters.port ?? computed;
  return {
    extra,
    magic: magic.toString(16).padStart(8, "0"),
    wireMagic: u32(magic).toString("hex"),
    p2pPort,
    rpcPort: p2pPort + 1,
  };
}

const COIN = 100_000_000n;
/**
 * The ac_perc that komodod takes for founders without a share: 35 % (docs/internals/domain.md, commission and
 * founders).
 */
const FOUNDERS_PERC = 53_846_154n;

/** komodod's `extra` buffer, in its order (docs/internals/domain.md, the extra bytes). */
function extraBytes(written: PortParameters): Uint8Array {
  const parameters = effective(written);
  const disabled = parameters.cc === 0 ? undefined : disabledContracts(parameters.ccenable);
  if (!needsExtra(parameters, disabled !== undefined)) {
    return new Uint8Array();
  }
  const { founders, foundersReward, timelockgte } = parameters;
  const [n = 0n, k = n] = parameters.nk;
  const parts: Uint8Array[] = [
    parameters.pubkey === "" ? Buffer.alloc(33) : Buffer.from(parameters.pubkey, "hex"),
  ];
  for (let era = 0; era < parameters.eras; era++) {
    parts.push(u64(ofEra(parameters.end, era)), u64(ofEra(parameters.reward, era)));
    parts.push(u64(ofEra(parameters.halving, era)), u64(ofEra(parameters.decay, era)));
    if (ofEra(parameters.notarypay, 0) !== 0n) {
      parts.push(u64(ofEra(parameters.notarypay, era)));
    }
  }
  if (parameters.eras > 1) parts.push(u64(BigInt(parameters.eras - 1)));
  if (timelockgte !== undefined) {
    parts.push(u64(timelockgte), u64(parameters.timeunlockfrom), u64(parameters.timeunlockto));
  }
  if (parameters.algo !== 0) parts.push(u32(parameters.algo));
  parts.push(u64(switches(parameters)));
  if (founders !== 0) {
    parts.push(Uint8Array.of(1));
    if (founders > 1) parts.push(u32(founders));
    if (foundersReward !== 0n) parts.push(u64(foundersReward));
  }
  parts.push(Buffer.from(parameters.script, "hex"), Buffer.from(parameters.import));
  if (parameters.beam !== 0) parts.push(Buffer.from("b"));
  if (parameters.coda !== 0) parts.push(Buffer.from("c"));
  if (disabled) parts.push(disabled);
  // komodod appends two characters or more, though a single one makes it hash the parameters.
  if (parameters.cclib.length > 1) parts.push(Buffer.from(parameters.cclib));
  if (parameters.blocktime !== 60) parts.push(u32(parameters.blocktime));
  parts.push(Buffer.from(parameters.mineropret, "hex"));
  if (n !== 0n && k !== 0n) parts.push(u64(n), u64(k));
  for (const number of [parameters.snapshot, parameters.earlytxidcontract, parameters.cbmaturity]) {
    if (number !== 0) parts.push(u32(number));
  }
  if (parameters.adaptivepow !== 0) parts.push(Uint8Array.of(parameters.adaptivepow));
  return Buffer.concat(parts);
}

/**
 * The parameters as komodod uses them, after it has dropped those that it does not take together
 * (docs/internals/domain.md, decay, commission and founders, refused parameters).
 */
function effective(written: PortParameters): PortParameters {
  const { timelockgte, timeunlockfrom, timeunlockto, ...parameters } = written;
  const paid = parameters.pubkey !== "" || parameters.script.length > 1;
  const founders = paid ? parameters.founders : 0;
  const defaulted = founders !== 0 && parameters.perc === 0n && parameters.foundersReward === 0n;
  const locked = timelockgte !== undefined && timeunlockfrom <= timeunlockto;
  return {
    ...parameters,
    founders,
    perc: !paid ? 0n : defaulted ? FOUNDERS_PERC : parameters.perc,
    staked: Math.min(parameters.staked, 100),
    txpow: parameters.txpow & 3,
    cclib: parameters.cc === 0 ? "" : parameters.cclib,
    decay: Array.from({ length: parameters.eras }, (_, era) => {
      const decay = ofEra(parameters.decay, era);
      const linearForever = decay === COIN && ofEra(parameters.end, era) === 0n;
      return linearForever || decay > COIN ? 0n : decay;
    }),
    timelockgte: locked ? timelockgte : undefined,
    timeunlockfrom,
    timeunlockto,
  };
}

/**
 * Whether a parameter is set that makes komodod hash the parameters. ac_cc, ac_staked and the supply do not
 * (docs/internals/domain.md, the extra bytes).
 */
function needsExtra(parameters: PortParameters, contractsChosen: boolean): boolean {
  const [n = 0n, k = n] = parameters.nk;
  return (
    [parameters.end, parameters.reward, parameters.halving, parameters.decay, parameters.notarypay].some(
      (values) => ofEra(values, 0) !== 0n,
    ) ||
    [parameters.perc, parameters.foundersReward].some((amount) => amount !== 0n) ||
    [
      parameters.txpow,
      parameters.founders,
      parameters.algo,
      parameters.eras - 1,
      parameters.beam,
      parameters.coda,
      parameters.blocktime - 60,
      parameters.snapshot,
      parameters.earlytxidcontract,
      parameters.cbmaturity,
      parameters.adaptivepow,
      parameters.import.length,
      parameters.cclib.length,
      parameters.mineropret.length,
    ].some((number) => number !== 0) ||
    parameters.public ||
    parameters.private ||
    parameters.script.length > 1 ||
    (parameters.pubkey !== "" && !parameters.pubkey.startsWith("00")) ||
    parameters.timelockgte !== undefined ||
    (n !== 0n && k !== 0n) ||
    contractsChosen
  );
}

function switches(parameters: PortParameters): bigint {
  return (
    parameters.perc |
    (BigInt(parameters.staked & 0xff) << 32n) |
    (BigInt(parameters.cc & 0xffff) << 40n) |
    (BigInt(parameters.public) << 7n) |
    (BigInt(parameters.private) << 6n) |
    BigInt(parameters.txpow)
  );
}

/**
 * The bitmap of the contracts that `-ac_ccenable` leaves out; undefined if it enables none. komodod counts how often
 * the code changes in the list, and enables as many codes from the list's start. So a repeated code, or a zero, hides a
 * code at the end (docs/internals/domain.md, ccenable).
 */
function disabledContracts(codes: readonly number[]): Uint8Array | undefined {
  const chosen = codes.filter((code, index) => code !== 0 && code !== previousCode(codes, index)).length;
  if (chosen === 0) {
    return undefined;
  }
  const bits = Buffer.alloc(32, 0xff);
  for (const code of [0, ...codes.slice(0, chosen)]) {
    bits.writeUInt8(bits.readUInt8(code >> 3) & ~(1 << (code & 7)), code >> 3);
  }
  return bits;
}

function previousCode(codes: readonly number[], index: number): number | undefined {
  return codes.slice(0, index).findLast((code) => code !== 0);
}

function ofEra(values: readonly bigint[], era: number): bigint {
  return values[era] ?? values.at(-1) ?? 0n;
}

function u32(number: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(number);
  return bytes;
}

function u64(number: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(number);
  return bytes;
}
