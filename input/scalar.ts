import { z } from "zod";

/** A parameter as it goes on the command line: the same text whether it was written as a string or as a number. */
export type ParameterText = z.ZodType<string>;

const WHOLE = /^(0|[1-9]\d*)$/;
const U64 = 2n ** 64n - 1n;

/** A whole number between two bounds, both allowed. */
export function whole(least: bigint | number, most: bigint | number): ParameterText {
  const range =
    BigInt(most) - BigInt(least) === 1n ? `${least} or ${most}` : `a whole number from ${least} to ${most}`;
  // YAML reads a larger number without quotes only roughly.
  const large = BigInt(most) > Number.MAX_SAFE_INTEGER ? `, in quotes beyond ${Number.MAX_SAFE_INTEGER}` : "";
  return text(`${range}${large}`, (written) => isWhole(written, BigInt(least), BigInt(most)));
}

/** One whole number per era, comma between them. */
export function wholeList(mostValues: number, most: bigint | number = U64): ParameterText {
  const allowed = `1 to ${mostValues} whole numbers up to ${most} with commas between them`;
  return text(allowed, (written) => {
    const values = written.split(",");
    return values.length <= mostValues && values.every((value) => isWhole(value, 0n, BigInt(most)));
  });
}

/** Bytes in hex digits. Without quotes YAML would read some of them as a number, so a number is refused. */
export function hex(bytes: number | undefined): ParameterText {
  const allowed =
    bytes === undefined ? "hex digits in pairs, in quotes" : `${bytes * 2} hex digits, in quotes`;
  return quoted(allowed, (written) => {
    return /^([0-9a-fA-F]{2})+$/.test(written) && (bytes === undefined || written.length === bytes * 2);
  });
}

/** A string of one form; a number is refused, since YAML would drop its leading zeros. */
export function quoted(allowed: string, fits: (written: string) => boolean): ParameterText {
  return read(allowed, (value) => (typeof value === "string" && fits(value) ? value : undefined));
}

/** A string or a number. A flag that stands for yes takes 1, as komodod's own lists have it. */
export function text(allowed: string, fits: (written: string) => boolean): ParameterText {
  return read(allowed, (value) => {
    const written = scalarText(value);
    return written !== undefined && fits(written) ? written : undefined;
  });
}

/** One string, or a list of them where the flag is repeated. */
export function repeated(allowed: string, fits: (written: string) => boolean): z.ZodType<string[]> {
  const one = quoted(allowed, fits);
  const phrase = `${allowed}, or a list of them`;
  return z.union([one.transform((value) => [value]), z.array(one).min(1)], { error: phrase });
}

function read(allowed: string, convert: (value: unknown) => string | undefined): ParameterText {
  return z.unknown().transform((value, context) => {
    const converted = convert(value);
    if (converted === undefined) {
      context.addIssue({ code: "custom", message: allowed, input: value });
      return z.NEVER;
    }
    return converted;
  });
}

function scalarText(value: unknown): string | undefined {
  if (typeof value === "string") {
    return value;
  }
  // Beyond these bounds the number is no longer the one that was written.
  const exact =
    typeof value === "number" && Number.isFinite(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER;
  return exact && !String(value).includes("e") ? String(value) : undefined;
}

function isWhole(written: string, least: bigint, most: bigint): boolean {
  return WHOLE.test(written) && BigInt(written) >= least && BigInt(written) <= most;
}
