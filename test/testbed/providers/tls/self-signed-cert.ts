import { SubjectKeyIdentifierExtension } from "@peculiar/x509";
import { z } from "zod";
import { type Properties, type Resource, secret } from "../provider";
import { issueCertificate } from "./certificate";
import { certificateTerms, checkInputs, requestedNames } from "./inputs";
import { signingKey } from "./keys";
import { alternativeNames, distinguishedName } from "./names";
import { certificateDifference, refreshedCertificate } from "./renewal";

const inputShape = z
  .strictObject({
    privateKeyPem: z.string(),
    setAuthorityKeyId: z.boolean().default(false),
    ...requestedNames,
    ...certificateTerms,
  })
  .refine(({ isCaCertificate, subject }) => !isCaCertificate || Object.keys(subject ?? {}).length > 0, {
    path: ["subject"],
    message: "a CA's certificate needs at least one name in its subject",
  })
  .refine((inputs) => !inputs.setAuthorityKeyId || inputs.isCaCertificate || inputs.setSubjectKeyId, {
    path: ["setAuthorityKeyId"],
    message: "names the certificate's own key, so it needs setSubjectKeyId",
  });

export const selfSignedCert: Resource<undefined> = {
  token: "tls:index/selfSignedCert:SelfSignedCert",
  check: (_subject, inputs) => checkInputs(inputShape, inputs),
  diff: (_subject, state, inputs, oldInputs) => certificateDifference(state, inputs, oldInputs),
  async create(_subject, properties) {
    const inputs = inputShape.parse(properties);
    const key = await signingKey(inputs.privateKeyPem);
    const name = distinguishedName(inputs.subject);
    const ownKeyId = await SubjectKeyIdentifierExtension.create(key.keys.publicKey);
    const { id, ...issued } = await issueCertificate({
      subject: name,
      alternativeNames: alternativeNames(inputs),
      publicKey: key.keys.publicKey,
      issuer: name,
      issuerKey: key,
      authorityKeyId: inputs.setAuthorityKeyId ? ownKeyId.keyId : undefined,
      terms: inputs,
    });
    const outputs = { ...inputs, ...issued, keyAlgorithm: key.algorithm, readyForRenewal: false };
    return { id, outputs: withSecretKey(outputs) };
  },
  async read(_subject, state) {
    const found = refreshedCertificate(state);
    return found && { outputs: withSecretKey(found.outputs) };
  },
  async update(_subject, state, inputs) {
    return withSecretKey({ ...state, earlyRenewalHours: inputs["earlyRenewalHours"] });
  },
  async delete() {},
};

function withSecretKey(outputs: Properties): Properties {
  return { ...outputs, privateKeyPem: secret(outputs["privateKeyPem"]) };
}
