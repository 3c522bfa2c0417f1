import { secp256k1 } from "@noble/curves/secp256k1.js";
import { ripemd160 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { createBase58check } from "@scure/base";
import type { Prefixes } from "./chain";

export interface NotaryKeys {
  /** 32 bytes. */
  readonly privateKey: Uint8Array;
  /** Compressed, 66 hex digits. */
  readonly publicKey: string;
}

/** A passphrase that can be used as it is, or why it cannot. The reason never quotes the passphrase. */
export type PassphraseCheck = { readonly passphrase: string } | { readonly problem: string };

/** The most bytes that Iguana's buffers can hold (docs/internals/domain.md, the length of a passphrase). */
export const MAX_PASSPHRASE_BYTES = 1000;

const base58check = createBase58check(sha256);

/**
 * Checks a passphrase, and takes it exactly as it is, because every byte counts for the key. A line end that an editor
 * or `echo` added would make another key. It is refused and not cut off, since it may also be meant.
 */
export function readPassphrase(text: string): PassphraseCheck {
  if (text === "") {
    return { problem: "the passphrase is empty" };
  }
  if (text.endsWith("\r\n")) {
    return {
      problem:
        "the passphrase ends in a carriage return and a newline, which would make another key; " +
        "write it without a line end (printf %s)",
    };
  }
  if (/[\r\n]$/.test(text)) {
    return {
      problem:
        "the passphrase ends in a newline, which would make another key; write it without one (printf %s)",
    };
  }
  if (text.includes("\0")) {
    return { problem: "the passphrase holds a zero byte, where Iguana would end it" };
  }
  const bytes = utf8ToBytes(text).length;
  if (bytes > MAX_PASSPHRASE_BYTES) {
    return { problem: `the passphrase has ${bytes} bytes; Iguana can hold ${MAX_PASSPHRASE_BYTES}` };
  }
  if (!looksLikeWif(text) && decodeWif(text)) {
    return {
      problem:
        "the passphrase is a WIF, but Iguana does not take it for one because of its mix of digits and letters, and " +
        "komodod does; use another key",
    };
  }
  if (looksLikeWif(text) && !wifKey(text)) {
    // Iguana would use 32 of its bytes as the key all the same, and komodod would hash the text
    // (docs/internals/domain.md, a WIF as a passphrase).
    return {
      problem:
        "the passphrase looks like a WIF, but its checksum is wrong, so Iguana and komodod would make different keys " +
        "of it; correct it, or use another passphrase",
    };
  }
  return { passphrase: text };
}

/**
 * The notary's key as Iguana and komodod derive it: the clamped SHA-256 of the passphrase, or the key inside it if the
 * passphrase is a WIF (docs/internals/domain.md, the key of a passphrase).
 */
export function deriveKeys(passphrase: string): NotaryKeys {
  const privateKey = wifKey(passphrase) ?? clampedHash(passphrase);
  return { privateKey, publicKey: bytesToHex(secp256k1.getPublicKey(privateKey, true)) };
}

/** The address of a compressed public key (66 hex digits) on a chain (docs/internals/domain.md, addresses and WIFs). */
export function address(publicKey: string, prefixes: Pick<Prefixes, "pubkeyHash">): string {
  const hash = ripemd160(sha256(Buffer.from(publicKey, "hex")));
  return base58check.encode(Uint8Array.of(prefixes.pubkeyHash, ...hash));
}

/** Whether a text is an address of any chain: a version byte and a hash of 20 bytes, with the right checksum. */
export function isAddress(text: string): boolean {
  try {
    return base58check.decode(text).length === 21;
  } catch {
    return false;
  }
}

/** A private key as a WIF for the compressed public key, as a chain's `importprivkey` takes it. */
export function wif(privateKey: Uint8Array, prefixes: Pick<Prefixes, "wif">): string {
  return base58check.encode(Uint8Array.of(prefixes.wif, ...privateKey, 1));
}

function clampedHash(passphrase: string): Uint8Array {
  const key = sha256(utf8ToBytes(passphrase));
  const view = Buffer.from(key);
  view.writeUInt8(view.readUInt8(0) & 0xf8, 0);
  view.writeUInt8((view.readUInt8(31) & 0x7f) | 0x40, 31);
  return new Uint8Array(view);
}

/** The key that Iguana reads out of a text which it takes for a WIF; undefined if it would hash the text. */
function wifKey(text: string): Uint8Array | undefined {
  return looksLikeWif(text) ? decodeWif(text) : undefined;
}

/** The key in a WIF of any chain, for a compressed public key or not; undefined if the text is no WIF. */
function decodeWif(text: string): Uint8Array | undefined {
  try {
    const bytes = base58check.decode(text);
    const key = bytes.slice(1, 33);
    return bytes.length >= 33 && bytes.length <= 34 && secp256k1.utils.isValidSecretKey(key)
      ? key
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether Iguana takes a text for a WIF before it decodes it. Iguana looks at the length, the alphabet, and the mix of
 * digits and letters (docs/internals/domain.md, a WIF as a passphrase).
 */
function looksLikeWif(text: string): boolean {
  const count = (kind: RegExp): number => text.match(kind)?.length ?? 0;
  const [digits, upper, lower] = [count(/[1-9]/g), count(/[A-Z]/g), count(/[a-z]/g)];
  return (
    /^[1-9A-HJ-NP-Za-km-z]{50,54}$/.test(text) &&
    Math.min(digits, upper, lower) > 0 &&
    upper <= 5 * lower &&
    lower <= 5 * upper &&
    lower <= 20 * digits &&
    upper <= 20 * digits
  );
}
