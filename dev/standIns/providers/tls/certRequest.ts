import { createHash } from "node:crypto";
import { Pkcs10CertificateRequestGenerator } from "@peculiar/x509";
import { z } from "zod";
import { checkInputs, type Resource, secret } from "../provider";
import { requestedNames } from "./inputs";
import { signingKey } from "./keys";
import { alternativeNames, distinguishedName } from "./names";

const inputShape = z.strictObject({ privateKeyPem: z.string(), ...requestedNames });

export const certRequest: Resource<undefined> = {
  token: "tls:index/certRequest:CertRequest",
  check: (_subject, inputs) => checkInputs(inputShape, inputs),
  async create(_subject, properties) {
    const inputs = inputShape.parse(properties);
    const key = await signingKey(inputs.privateKeyPem);
    const request = await Pkcs10CertificateRequestGenerator.create({
      name: distinguishedName(inputs.subject),
      extensions: alternativeNames(inputs),
      keys: key.keys,
      signingAlgorithm: key.signature,
    });
    const certRequestPem = `${request.toString("pem")}\n`;
    return {
      id: createHash("sha1").update(certRequestPem).digest("hex"),
      outputs: {
        ...inputs,
        privateKeyPem: secret(inputs.privateKeyPem),
        keyAlgorithm: key.algorithm,
        certRequestPem,
      },
    };
  },
  async read(_subject, state) {
    if (!("certRequestPem" in state)) return undefined;
    return { outputs: { ...state, privateKeyPem: secret(state["privateKeyPem"]) } };
  },
  async delete() {},
};
