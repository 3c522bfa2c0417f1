import { createPrivateKey, createPublicKey, type KeyObject, webcrypto } from "node:crypto";
import { cryptoProvider } from "@peculiar/x509";

cryptoProvider.set(webcrypto);

export const curves = { P256: "P-256", P384: "P-384", P521: "P-521" } as const;
export type Algorithm = "RSA" | "ECDSA" | "ED25519";

/** WebCrypto's parameters to import a key and to sign with it. */
interface Scheme {
  readonly algorithm: Algorithm;
  readonly key: { readonly name: string; readonly hash?: string; readonly namedCurve?: string };
  readonly signature: { readonly name: string; readonly hash?: string };
}

export interface SigningKey {
  readonly algorithm: Algorithm;
  readonly keys: webcrypto.CryptoKeyPair;
  readonly signature: { readonly name: string; readonly hash?: string };
}

/** Reads a private key in any PEM form that the provider writes: PKCS#1, SEC 1 or PKCS#8. */
export async function signingKey(pem: string): Promise<SigningKey> {
  const privateKey = createPrivateKey(pem);
  const { algorithm, key, signature } = schemeOf(privateKey);
  const keys = {
    privateKey: await webcrypto.subtle.importKey(
      "pkcs8",
      privateKey.export({ type: "pkcs8", format: "der" }),
      key,
      true,
      ["sign"],
    ),
    publicKey: await webcrypto.subtle.importKey(
      "spki",
      createPublicKey(privateKey).export({ type: "spki", format: "der" }),
      key,
      true,
      ["verify"],
    ),
  };
  return { algorithm, keys, signature };
}

/** The scheme of a key. The hashes are those of Go's crypto/x509, with which the official provider signs. */
function schemeOf(key: KeyObject): Scheme {
  switch (key.asymmetricKeyType) {
    case "rsa": {
      const name = "RSASSA-PKCS1-v1_5";
      return { algorithm: "RSA", key: { name, hash: "SHA-256" }, signature: { name, hash: "SHA-256" } };
    }
    case "ed25519":
      return { algorithm: "ED25519", key: { name: "Ed25519" }, signature: { name: "Ed25519" } };
    case "ec": {
      const name = "ECDSA";
      const namedCurve = key.export({ format: "jwk" }).crv ?? "";
      const hash = { "P-256": "SHA-256", "P-384": "SHA-384", "P-521": "SHA-512" }[namedCurve];
      if (hash === undefined) {
        throw new Error(
          `a key on the curve ${namedCurve} cannot sign here; use ${Object.keys(curves).join(", ")}`,
        );
      }
      return { algorithm: "ECDSA", key: { name, namedCurve }, signature: { name, hash } };
    }
    default:
      throw new Error(
        `a ${key.asymmetricKeyType} key cannot sign certificates here; use RSA, ECDSA or ED25519`,
      );
  }
}
