import { z } from "zod";

/** A parameter as it goes on the command line. The text is the same whether a string or a number was written. */
export type ParameterText = z.ZodType<string>;

/**
 * What a parameter may be, in JSON Schema. Editors read it, because the check itself is a function. It may let through
 * what the check refuses, and never the other way round.
 */
interface JsonForm {
  readonly type: string | readonly string[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

const WHOLE = /^(0|[1-9]\d*)$/;
const U64 = 2n ** 64n - 1n;

/** A whole number from `least` to `most`. */
export function whole(least: bigint | number, most: bigint | number): ParameterText {
  const range =
    BigInt(most) - BigInt(least) === 1n ? `${least} or ${most}` : `a whole number from ${least} to ${most}`;
  // YAML reads a number without quotes as a double, in which a larger one loses digits.
  const large = BigInt(most) > Number.MAX_SAFE_INTEGER ? `, in quotes beyond ${Number.MAX_SAFE_INTEGER}` : "";
  const json = { ...wholeNumber(most), minimum: Number(least), pattern: WHOLE.source };
  return text(`${range}${large}`, (written) => isWhole(written, BigInt(least), BigInt(most)), json);
}

/** Whole numbers with commas between them, such as one for each era of a chain. */
export function wholeList(mostValues: number, most: bigint | number = U64): ParameterText {
  const allowed = `1 to ${mostValues} whole numbers up to ${most} with commas between them`;
  const json = { ...wholeNumber(most), minimum: 0, pattern: `^\\d+(,\\d+){0,${mostValues - 1}}$` };
  const fits = (written: string): boolean => {
    const values = written.split(",");
    return values.length <= mostValues && values.every((value) => isWhole(value, 0n, BigInt(most)));
  };
  return text(allowed, fits, json);
}

/** Bytes in hex digits. A number is refused, because YAML reads some digits without quotes as another number. */
export function hex(bytes: number | undefined): ParameterText {
  const allowed =
    bytes === undefined ? "hex digits in pairs, in quotes" : `${bytes * 2} hex digits, in quotes`;
  const digits = new RegExp(`^([0-9a-fA-F]{2})${bytes === undefined ? "+" : `{${bytes}}`}$`);
  const json = { type: "string", pattern: digits.source };
  return quoted(allowed, (written) => digits.test(written), json);
}

/** A string of one form. A number is refused, because YAML drops a number's leading zeros. */
export function quoted(
  allowed: string,
  fits: (written: string) => boolean,
  json: JsonForm = { type: "string" },
): ParameterText {
  return read(allowed, json, (value) => (typeof value === "string" && fits(value) ? value : undefined));
}

/** A string or a number of one form. `true` is refused: komodod's own lists write 1 for a flag that is on. */
export function text(
  allowed: string,
  fits: (written: string) => boolean,
  json: JsonForm = { type: ["string", "number"] },
): ParameterText {
  return read(allowed, json, (value) => {
    const written = scalarText(value);
    return written !== undefined && fits(written) ? written : undefined;
  });
}

/** One string, or a list of strings for a flag that may be repeated. */
export function repeated(allowed: string, fits: (written: string) => boolean): z.ZodType<string[]> {
  const one = quoted(allowed, fits);
  const phrase = `${allowed}, or a list of them`;
  return z.union([one.transform((value) => [value]), z.array(one).min(1)], { error: phrase });
}

function read(
  allowed: string,
  json: JsonForm,
  convert: (value: unknown) => string | undefined,
): ParameterText {
  const schema = z.unknown().transform((value, context) => {
    const converted = convert(value);
    if (converted === undefined) {
      context.addIssue({ code: "custom", message: allowed, input: value });
      return z.NEVER;
    }
    return converted;
  });
  return schema.meta({ ...json });
}

/** A number without quotes is no larger than what YAML reads exactly. */
function wholeNumber(most: bigint | number): JsonForm {
  const maximum = BigInt(most) < Number.MAX_SAFE_INTEGER ? Number(most) : Number.MAX_SAFE_INTEGER;
  return { type: ["integer", "string"], maximum };
}

function scalarText(value: unknown): string | undefined {
  if (typeof value === "string") {
    return value;
  }
  // Outside of these bounds the number may not be the one that was written.
  const exact =
    typeof value === "number" && Number.isFinite(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER;
  return exact && !String(value).includes("e") ? String(value) : undefined;
}

function isWhole(written: string, least: bigint, most: bigint): boolean {
  return WHOLE.test(written) && BigInt(written) >= least && BigInt(written) <= most;
}
