import {
  Name,
  Pkcs10CertificateRequest,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
} from "@peculiar/x509";
import { z } from "zod";
import { type Properties, type Resource, secret } from "../provider";
import { issueCertificate } from "./certificate";
import { certificateTerms, checkInputs } from "./inputs";
import { signingKey } from "./keys";
import { certificateDifference, refreshedCertificate } from "./renewal";

const inputShape = z.strictObject({
  caCertPem: z.string(),
  caPrivateKeyPem: z.string(),
  certRequestPem: z.string(),
  ...certificateTerms,
});

export const locallySignedCert: Resource<undefined> = {
  token: "tls:index/locallySignedCert:LocallySignedCert",
  check: (_subject, inputs) => checkInputs(inputShape, inputs),
  diff: (_subject, state, inputs, oldInputs) => certificateDifference(state, inputs, oldInputs),
  async create(_subject, properties) {
    const inputs = inputShape.parse(properties);
    const request = new Pkcs10CertificateRequest(inputs.certRequestPem);
    if (!(await request.verify())) throw new Error("certRequestPem: its signature is not that of its key");
    const caKey = await signingKey(inputs.caPrivateKeyPem);
    const ca = new X509Certificate(inputs.caCertPem);
    const { id, ...issued } = await issueCertificate({
      subject: new Name(request.subjectName.toArrayBuffer()),
      alternativeNames: request.extensions.filter((one) => one instanceof SubjectAlternativeNameExtension),
      publicKey: request.publicKey,
      issuer: ca.subjectName,
      issuerKey: caKey,
      authorityKeyId: ca.getExtension(SubjectKeyIdentifierExtension)?.keyId,
      terms: inputs,
    });
    const outputs = { ...inputs, ...issued, caKeyAlgorithm: caKey.algorithm, readyForRenewal: false };
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
  return { ...outputs, caPrivateKeyPem: secret(outputs["caPrivateKeyPem"]) };
}
