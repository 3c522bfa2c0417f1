import { readFileSync } from "node:fs";
import { isIPv4 } from "node:net";
import { isObject, parseJson } from "./json";

/** The files that a program was given are missing or wrong. Trying again does not help. */
export class ConfigurationError extends Error {}

/** What a text may be, as a pattern and for people. */
export interface TextRule {
  readonly pattern: RegExp;
  readonly what: string;
}

/** Iguana's buffer for a symbol has 16 bytes. */
export const SYMBOL: TextRule = { pattern: /^[A-Za-z0-9_-]{1,15}$/, what: "1 to 15 letters, digits, _ or -" };
/** A colon would break authentication. */
export const RPC_USER: TextRule = { pattern: /^[^:]+$/, what: "text without a colon" };
export const RPC_PASSWORD: TextRule = { pattern: /^./, what: "text" };

/** The object in a JSON file. Throws ConfigurationError if there is none. */
export function readJson(path: string): Readonly<Record<string, unknown>> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (failure) {
    const code = failure instanceof Error && "code" in failure ? failure.code : failure;
    throw new ConfigurationError(`${path} cannot be read by uid ${process.getuid?.() ?? "?"} (${code})`);
  }
  const value = parseJson(text);
  if (!isObject(value)) throw new ConfigurationError(`${path} is not a JSON object`);
  return value;
}

/** Collects what is wrong in one file, and says all of it at once. It never quotes a value, because some are secret. */
export class Problems {
  private readonly found: string[] = [];

  constructor(private readonly path: string) {}

  add(at: string, message: string): void {
    this.found.push(`${at} ${message}`);
  }

  end(): void {
    if (this.found.length > 0) throw new ConfigurationError(`${this.path}: ${this.found.join("; ")}`);
  }

  text(value: unknown, at: string, { pattern, what }: TextRule): string {
    if (typeof value === "string" && pattern.test(value)) return value;
    this.add(at, `must be ${what}`);
    return "";
  }

  positive(value: unknown, at: string): number {
    if (typeof value === "number" && value > 0) return value;
    this.add(at, "must be a number above 0");
    return 0;
  }

  count(value: unknown, at: string): number {
    if (typeof value === "number" && Number.isSafeInteger(value) && value > 0) return value;
    this.add(at, "must be a whole number above 0");
    return 0;
  }

  port(value: unknown, at: string): number {
    if (typeof value === "number" && Number.isInteger(value) && value > 0 && value < 65536) return value;
    this.add(at, "must be a port, 1 to 65535");
    return 0;
  }

  ipv4(value: unknown, at: string): string {
    if (typeof value === "string" && isIPv4(value)) return value;
    this.add(at, "must be an IPv4 address");
    return "";
  }

  url(value: unknown, at: string): string {
    if (typeof value === "string" && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol))
      return value;
    this.add(at, "must be a URL that begins with https:// or http://");
    return "";
  }

  list(value: unknown, at: string): readonly unknown[] {
    if (Array.isArray(value)) return value;
    this.add(at, "must be a list");
    return [];
  }
}
