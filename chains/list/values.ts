import { z } from "zod";

/** Values that the list of chains and a stack's config both have. */
export const absolutePath = z.string().regex(/^\/[^\0]*[^/\0]$/, "an absolute path");
export const image = z.string().regex(/^\S+$/, "an image's reference");
export const user = z.string().regex(/^[1-9]\d*(:[1-9]\d*)?$/, "uid or uid:gid in digits, neither of them 0");
const MEMORY = "a whole number of MiB, 64 or more";
export const memory = z.int(MEMORY).min(64, MEMORY);
export const sha256 = z
  .string()
  .regex(/^[0-9a-fA-F]{64}$/, "a SHA-256 of 64 hex digits")
  .transform((digest) => digest.toLowerCase());
export const httpUrl = z.string().refine(isHttpUrl, "a URL that begins with http:// or https://");

function isHttpUrl(text: string): boolean {
  if (!/^https?:\/\/[^\s]+$/.test(text) || !URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username === "" && password === "";
}
