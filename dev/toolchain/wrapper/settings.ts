import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { z } from "zod";

const checkoutSettings = z.object({
  /** Absolute path of the checkout, without links. */
  checkout: z.string(),
  /** Absolute path of Pulumi's CLI. */
  engine: z.string(),
  /** Directories to put on the path. */
  directories: z.array(z.string()),
  /** Whether plugins are stood in for, so that the engine must not try to download any. */
  offline: z.boolean(),
  /** The development stack of the checkout, and a file that holds its passphrase, which is public. */
  stack: z.string(),
  passphraseFile: z.string(),
  /** When the checkout was set up, in milliseconds since 1970. */
  preparedAt: z.number(),
});

/** What `pulumi` needs when it is typed in a checkout that was set up. */
export type CheckoutSettings = Readonly<z.infer<typeof checkoutSettings>>;

/** Each checkout of the machine has one file, so that two set-ups at the same time do not meet. */
export function settingsFile(checkout: string): string {
  return `${createHash("sha256").update(checkout).digest("hex").slice(0, 16)}.json`;
}

/** The settings of all checkouts. A file that another release wrote may have another shape, and is left out. */
export function readSettings(folder: string): CheckoutSettings[] {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.filter((name) => name.endsWith(".json")).flatMap((name) => readFile(join(folder, name)));
}

function readFile(path: string): CheckoutSettings[] {
  try {
    return [checkoutSettings.parse(JSON.parse(readFileSync(path, "utf8")))];
  } catch {
    return [];
  }
}

/** Those of the innermost checkout around a directory. Outside of all checkouts, those of the last one set up. */
export function settingsFor(
  directory: string,
  settings: readonly CheckoutSettings[],
): CheckoutSettings | undefined {
  const around = settings.filter(({ checkout }) => isWithin(directory, checkout));
  const [innermost] = around.toSorted((one, other) => other.checkout.length - one.checkout.length);
  return innermost ?? settings.toSorted((one, other) => other.preparedAt - one.preparedAt)[0];
}

function isWithin(directory: string, checkout: string): boolean {
  return `${directory}${sep}`.startsWith(`${checkout}${sep}`);
}
