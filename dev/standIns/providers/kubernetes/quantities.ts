/** Suffixes of quantities in the API server's own form (Quantity of apimachinery): 1000m is 1, and 1024Mi is 1Gi. */
const binary = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const decimal = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const nano = 1_000_000_000n;
const form = /^([+-]?)(\d*)(?:\.(\d*))?(|[KMGTPE]i|[numkMGTPE])$/;

/** Writes a quantity in its shortest form. A text that cannot be read here, such as an exponent, stays unchanged. */
export function canonicalQuantity(value: string | number): string {
  const text = String(value);
  const [, sign, whole = "", fraction = "", suffix = ""] = form.exec(text) ?? [];
  if (sign === undefined || whole + fraction === "") return text;
  const scale = suffix.endsWith("i")
    ? nano * 1024n ** BigInt(binary.indexOf(suffix))
    : 1000n ** BigInt(decimal.indexOf(suffix));
  const digits = BigInt(whole + fraction) * scale;
  const divisor = 10n ** BigInt(fraction.length);
  const total = digits / divisor + (digits % divisor === 0n ? 0n : 1n);
  if (total === 0n) return "0";
  return `${sign === "-" ? "-" : ""}${suffix.endsWith("i") ? inBinary(total) : inDecimal(total)}`;
}

function inBinary(total: bigint): string {
  if (total % nano !== 0n || total < 1024n * nano) return inDecimal(total);
  return shortest(total / nano, 1024n, binary);
}

function inDecimal(total: bigint): string {
  return shortest(total, 1000n, decimal);
}

function shortest(amount: bigint, step: bigint, suffixes: readonly string[]): string {
  let [rest, index] = [amount, 0];
  while (rest % step === 0n && index < suffixes.length - 1) [rest, index] = [rest / step, index + 1];
  return `${rest}${suffixes[index] ?? ""}`;
}
