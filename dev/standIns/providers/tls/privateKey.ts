import { createHash, generateKeyPairSync, type KeyObject } from "node:crypto";
import { z } from "zod";
import { checkInputs, type Properties, type Resource, secret } from "../provider";
import { curves } from "./keys";
import { opensshPublicKey } from "./openssh";

/** The official provider's default curve is P224. WebCrypto cannot sign with it, so the program must state another curve. */
const inputShape = z
  .strictObject({
    algorithm: z.enum(["RSA", "ECDSA", "ED25519"]),
    rsaBits: z.int().min(1024).default(2048),
    ecdsaCurve: z.enum(["P224", "P256", "P384", "P521"]).default("P224"),
  })
  .refine(({ algorithm, ecdsaCurve }) => algorithm !== "ECDSA" || ecdsaCurve !== "P224", {
    path: ["ecdsaCurve"],
    message: `the offline tls provider does not support P224, which is the default: state ${Object.keys(curves).join(", ")}`,
  });

const privateOutputs = ["privateKeyPem", "privateKeyPemPkcs8", "privateKeyOpenssh"];

export const privateKey: Resource<undefined> = {
  token: "tls:index/privateKey:PrivateKey",
  check: (_subject, inputs) => checkInputs(inputShape, inputs),
  async create(_subject, properties) {
    const inputs = inputShape.parse(properties);
    const pair = generate(inputs);
    const openssh = opensshPublicKey(pair.publicKey);
    const pkcs8 = pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    return {
      id: createHash("sha1")
        .update(pair.publicKey.export({ type: "spki", format: "der" }))
        .digest("hex"),
      outputs: withSecrets({
        ...inputs,
        privateKeyPem: traditionalPem(pair.privateKey, inputs.algorithm) ?? pkcs8,
        privateKeyPemPkcs8: pkcs8,
        // This is empty, as in the official provider for keys that have no OpenSSH form.
        privateKeyOpenssh: "",
        publicKeyPem: pair.publicKey.export({ type: "spki", format: "pem" }).toString(),
        publicKeyOpenssh: openssh.line,
        publicKeyFingerprintMd5: openssh.md5,
        publicKeyFingerprintSha256: openssh.sha256,
      }),
    };
  },
  async read(_subject, state) {
    return "privateKeyPem" in state ? { outputs: withSecrets(state) } : undefined;
  },
  async delete() {},
};

function generate({ algorithm, rsaBits, ecdsaCurve }: z.output<typeof inputShape>) {
  if (algorithm === "RSA") return generateKeyPairSync("rsa", { modulusLength: rsaBits });
  if (algorithm === "ED25519") return generateKeyPairSync("ed25519");
  return generateKeyPairSync("ec", { namedCurve: ecdsaCurve.replace("P", "P-") });
}

/** The PEM form that names the algorithm in its first line. Ed25519 has no such form. */
function traditionalPem(key: KeyObject, algorithm: string): string | undefined {
  if (algorithm === "RSA") return key.export({ type: "pkcs1", format: "pem" }).toString();
  if (algorithm === "ECDSA") return key.export({ type: "sec1", format: "pem" }).toString();
  return undefined;
}

function withSecrets(outputs: Properties): Properties {
  return Object.fromEntries(
    Object.entries(outputs).map(([key, value]) => [
      key,
      privateOutputs.includes(key) ? secret(value) : value,
    ]),
  );
}
