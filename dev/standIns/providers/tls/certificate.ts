import { randomBytes, type webcrypto } from "node:crypto";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  type Extension,
  type Name,
  type PublicKey,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";
import type { SigningKey } from "./keys";
import { usageExtensions } from "./uses";

export interface CertificateOrder {
  readonly subject: Name;
  readonly alternativeNames: readonly Extension[];
  readonly publicKey: PublicKey | webcrypto.CryptoKey;
  readonly issuer: Name;
  readonly issuerKey: SigningKey;
  /** Hex id of the issuer's key, which the certificate states. */
  readonly authorityKeyId: string | undefined;
  readonly terms: {
    readonly validityPeriodHours: number;
    readonly allowedUses: readonly string[];
    readonly isCaCertificate: boolean;
    readonly maxPathLength?: number | undefined;
    readonly setSubjectKeyId: boolean;
  };
}

export interface IssuedCertificate {
  /** The serial number as a decimal, as in the official provider. */
  readonly id: string;
  readonly certPem: string;
  readonly validityStartTime: string;
  readonly validityEndTime: string;
}

const hour = 3_600_000;

/** Signs a certificate with the same extensions as the official provider (createCertificate, common_cert.go). */
export async function issueCertificate(order: CertificateOrder): Promise<IssuedCertificate> {
  const { terms, issuerKey, authorityKeyId } = order;
  const notBefore = new Date(Math.floor(Date.now() / 1000) * 1000);
  const notAfter = new Date(notBefore.getTime() + terms.validityPeriodHours * hour);
  const serialNumber = newSerialNumber();
  const certificate = await X509CertificateGenerator.create({
    serialNumber,
    subject: order.subject,
    issuer: order.issuer,
    notBefore,
    notAfter,
    publicKey: order.publicKey,
    signingKey: issuerKey.keys.privateKey,
    signingAlgorithm: issuerKey.signature,
    extensions: [
      ...usageExtensions(terms.allowedUses),
      // The official provider cannot state a path length of 0, because Go reads 0 as "not stated".
      new BasicConstraintsExtension(
        terms.isCaCertificate,
        terms.isCaCertificate && (terms.maxPathLength ?? 0) > 0 ? terms.maxPathLength : undefined,
        true,
      ),
      ...(terms.isCaCertificate || terms.setSubjectKeyId
        ? [await SubjectKeyIdentifierExtension.create(order.publicKey)]
        : []),
      ...(authorityKeyId === undefined ? [] : [new AuthorityKeyIdentifierExtension(authorityKeyId)]),
      ...order.alternativeNames,
    ],
  });
  return {
    id: BigInt(`0x${serialNumber}`).toString(),
    certPem: `${certificate.toString("pem")}\n`,
    validityStartTime: rfc3339(notBefore),
    validityEndTime: rfc3339(notAfter),
  };
}

/** A random serial number of 16 bytes. It is positive and shorter than the limit of 20 bytes (RFC 5280, 4.1.2.2). */
function newSerialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString("hex");
}

function rfc3339(date: Date): string {
  return date.toISOString().replace(".000Z", "Z");
}
