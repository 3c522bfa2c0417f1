import { SubjectKeyIdentifierExtension } from "@peculiar/x509";
import { z } from "zod";
import { issueCertificate } from "./certificate";
import { certificateResource } from "./certificateResource";
import { certificateTerms, requestedNames } from "./inputs";
import { signingKey } from "./keys";
import { alternativeNames, distinguishedName } from "./names";

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
    message: "refers to the id of the certificate's own key, so setSubjectKeyId must be true, too",
  });

export const selfSignedCert = certificateResource({
  token: "tls:index/selfSignedCert:SelfSignedCert",
  inputShape,
  secretKey: "privateKeyPem",
  async issue(inputs) {
    const key = await signingKey(inputs.privateKeyPem);
    const name = distinguishedName(inputs.subject);
    const ownKeyId = await SubjectKeyIdentifierExtension.create(key.keys.publicKey);
    const issued = await issueCertificate({
      subject: name,
      alternativeNames: alternativeNames(inputs),
      publicKey: key.keys.publicKey,
      issuer: name,
      issuerKey: key,
      authorityKeyId: inputs.setAuthorityKeyId ? ownKeyId.keyId : undefined,
      terms: inputs,
    });
    return { ...issued, keyAlgorithm: key.algorithm };
  },
});
