import type { Parameters } from "./parameters";

/** A parameter that komodod refuses, or silently drops, because of another one. */
export interface Refusal {
  readonly key: keyof Parameters;
  /** Completes "chains[0].ac_perc: …". */
  readonly message: string;
}

const COIN = 100_000_000n;
/**
 * The most coins that komodod takes as a supply with ac_pubkey or ac_script (docs/internals/domain.md, refused
 * parameters).
 */
const MAX_PAID_SUPPLY = 10_000_000_000n;
/** The only chains that may be private (docs/internals/domain.md, private chains). */
const PRIVATE_CHAINS = ["PIRATE", "ZOMBIE"];
/** The pairs of N and K that komodod can verify (docs/internals/domain.md, equihash). */
const EQUIHASH = ["200,9", "210,9", "150,5", "144,5", "96,5", "48,5"];

/**
 * Finds the parameters that are right by themselves, and that komodod refuses or drops because of other ones
 * (docs/internals/domain.md, refused parameters, commission and founders, decay, ccenable). A parameter that komodod
 * would only drop is refused as well, because whoever wrote it expects another chain than komodod would run.
 */
export function refusals(name: string, values: Parameters): Refusal[] {
  return [
    ...nameRefusals(name, values),
    ...paymentRefusals(values),
    ...importRefusals(values),
    ...emissionRefusals(values),
    ...contractRefusals(values),
  ];
}

function nameRefusals(name: string, values: Parameters): Refusal[] {
  const found: Refusal[] = [];
  if (name === "KMD") {
    found.push({ key: "ac_name", message: "komodod refuses an assetchain with the name of KMD itself" });
  }
  if (isSet(values.ac_private) && !PRIVATE_CHAINS.includes(name)) {
    found.push({ key: "ac_private", message: `komodod takes it for ${PRIVATE_CHAINS.join(" and ")} alone` });
  }
  return found;
}

function paymentRefusals(values: Parameters): Refusal[] {
  const found: Refusal[] = [];
  const payee = values.ac_pubkey === undefined ? "ac_script" : "ac_pubkey";
  const paid = values.ac_pubkey !== undefined || values.ac_script !== undefined;
  for (const key of ["ac_perc", "ac_founders"] as const) {
    if (isSet(values[key]) && !paid) {
      found.push({ key, message: "komodod drops it without ac_pubkey or ac_script" });
    }
  }
  if (isSet(values.ac_perc) && isSet(values.ac_founders_reward)) {
    found.push({ key: "ac_founders_reward", message: "komodod refuses it together with ac_perc" });
  }
  if (paid && BigInt(values.ac_supply ?? 0) > MAX_PAID_SUPPLY) {
    const message = `with ${payee} komodod takes at most ${MAX_PAID_SUPPLY}; found ${values.ac_supply}`;
    found.push({ key: "ac_supply", message });
  }
  if (paid && isSet(first(values.ac_notarypay))) {
    found.push({ key: "ac_notarypay", message: `komodod refuses it together with ${payee}` });
  }
  return found;
}

function importRefusals(values: Parameters): Refusal[] {
  const found: Refusal[] = [];
  if (isSet(values.ac_beam)) {
    found.push({ key: "ac_beam", message: "komodod refuses it; leave it out" });
  }
  switch (values.ac_import) {
    case undefined:
      break;
    case "BEAM":
      found.push({ key: "ac_import", message: "BEAM needs ac_beam, which komodod refuses" });
      break;
    case "PUBKEY":
      if (values.ac_pubkey === undefined) {
        found.push({ key: "ac_import", message: "PUBKEY needs ac_pubkey" });
      }
      break;
    case "CODA":
      if (!isSet(values.ac_coda)) {
        found.push({ key: "ac_import", message: "CODA needs ac_coda" });
      }
      break;
    default:
      if (first(values.ac_end) !== "1" || values.ac_supply !== "0" || isSet(values.ac_perc)) {
        const message = "a gateway's coin needs ac_end 1, ac_supply 0 and no ac_perc";
        found.push({ key: "ac_import", message });
      }
  }
  return found;
}

function emissionRefusals(values: Parameters): Refusal[] {
  const found: Refusal[] = [];
  const ends = values.ac_end?.split(",").map(BigInt) ?? [];
  const decays = values.ac_decay?.split(",").map(BigInt) ?? [];
  const linearForever = Array.from({ length: Number(values.ac_eras ?? 1) }, (_, era) => era).some((era) => {
    return (decays[era] ?? decays.at(-1)) === COIN && (ends[era] ?? ends.at(-1) ?? 0n) === 0n;
  });
  if (linearForever) {
    found.push({ key: "ac_decay", message: `komodod drops ${COIN} (linear) in an era without ac_end` });
  }
  const { ac_timeunlockfrom: from = "0", ac_timeunlockto: to = "0" } = values;
  if (BigInt(from) > BigInt(to)) {
    found.push({
      key: "ac_timeunlockfrom",
      message: `komodod drops it when it is after ac_timeunlockto, ${to}`,
    });
  }
  const [n = "0", k = n] = values.ac_nk?.split(",") ?? [];
  if (isSet(n) && isSet(k) && !EQUIHASH.includes(`${n},${k}`)) {
    found.push({ key: "ac_nk", message: `komodod knows ${EQUIHASH.join(" and ")}; found ${n},${k}` });
  }
  return found;
}

function contractRefusals(values: Parameters): Refusal[] {
  return (["ac_ccenable", "ac_cclib"] as const)
    .filter((key) => values[key] !== undefined && !isSet(values.ac_cc))
    .map((key) => ({ key, message: "komodod drops it without ac_cc" }));
}

function isSet(written: string | undefined): boolean {
  return written !== undefined && BigInt(written) !== 0n;
}

function first(written: string | undefined): string | undefined {
  return written?.split(",")[0];
}
