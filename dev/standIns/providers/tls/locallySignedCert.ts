import {
  Name,
  Pkcs10CertificateRequest,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
} from "@peculiar/x509";
import { z } from "zod";
import { issueCertificate } from "./certificate";
import { certificateResource } from "./certificateResource";
import { certificateTerms } from "./inputs";
import { signingKey } from "./keys";

const inputShape = z.strictObject({
  caCertPem: z.string(),
  caPrivateKeyPem: z.string(),
  certRequestPem: z.string(),
  ...certificateTerms,
});

export const locallySignedCert = certificateResource({
  token: "tls:index/locallySignedCert:LocallySignedCert",
  inputShape,
  secretKey: "caPrivateKeyPem",
  async issue(inputs) {
    const request = new Pkcs10CertificateRequest(inputs.certRequestPem);
    if (!(await request.verify()))
      throw new Error("certRequestPem: the signature does not match the request's key");
    const caKey = await signingKey(inputs.caPrivateKeyPem);
    const ca = new X509Certificate(inputs.caCertPem);
    const issued = await issueCertificate({
      subject: new Name(request.subjectName.toArrayBuffer()),
      alternativeNames: request.extensions.filter((one) => one instanceof SubjectAlternativeNameExtension),
      publicKey: request.publicKey,
      issuer: ca.subjectName,
      issuerKey: caKey,
      authorityKeyId: ca.getExtension(SubjectKeyIdentifierExtension)?.keyId,
      terms: inputs,
    });
    return { ...issued, caKeyAlgorithm: caKey.algorithm };
  },
});
