import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { CertRequest } from "@pulumi/tls/certRequest";
import { LocallySignedCert } from "@pulumi/tls/locallySignedCert";
import { PrivateKey } from "@pulumi/tls/privateKey";
import { SelfSignedCert } from "@pulumi/tls/selfSignedCert";
import type { Role } from "../notary/rpcGraph";
import type { Identity } from "../platforms/platform";

const HOURS_PER_YEAR = 8766;

/**
 * A notary's own certificate authority. Leaves last three years. Any `up` renews those that are older than one to two
 * years, each from a day of its own on: a stack that is brought up once a year never meets an expired one, and no `up`
 * renews all of them, which would replace every proxy, and every pod of a cluster.
 */
export interface Authority {
  readonly certificate: pulumi.Output<string>;
  readonly privateKey: pulumi.Output<string>;
}

/**
 * Makes the authority's key and self-signed certificate, named `${name}-authority…`.
 *
 * @example
 * ```ts
 * import { createAuthority } from "dokomodo";
 *
 * // PEM, for a client that is to trust whatever runs under this authority.
 * export const { certificate } = createAuthority("lone", {});
 * ```
 */
export function createAuthority(name: string, opts: pulumi.CustomResourceOptions): Authority {
  const key = createKey(`${name}-authority`, opts);
  const certificate = new SelfSignedCert(
    `${name}-authority`,
    {
      privateKeyPem: key,
      subject: { commonName: `${name} authority`, organization: "dokomodo" },
      isCaCertificate: true,
      allowedUses: ["cert_signing", "crl_signing"],
      validityPeriodHours: 30 * HOURS_PER_YEAR,
    },
    opts,
  );
  return { certificate: certificate.certPem, privateKey: key };
}

/** An identity, and when its certificate ends, in RFC 3339. */
export interface IssuedIdentity extends Identity {
  readonly name: string;
  readonly validUntil: pulumi.Output<string>;
}

/** Hours before a leaf's end from which on an `up` renews it: one to two years, by its name. */
export function earlyRenewalHours(name: string): number {
  const share = createHash("sha256").update(name).digest().readUInt32BE() / 2 ** 32;
  return HOURS_PER_YEAR + Math.floor(share * HOURS_PER_YEAR);
}

/** Makes the key and certificate of one workload; its role, which the proxies go by, is the certificate's OU. */
export function createIdentity(
  name: string,
  role: Role,
  authority: Authority,
  opts: pulumi.CustomResourceOptions,
): IssuedIdentity {
  const privateKey = createKey(name, opts);
  const request = new CertRequest(
    `${name}-request`,
    {
      privateKeyPem: privateKey,
      subject: { commonName: name, organization: "dokomodo", organizationalUnit: role },
      dnsNames: [name],
    },
    opts,
  );
  const certificate = new LocallySignedCert(
    `${name}-certificate`,
    {
      certRequestPem: request.certRequestPem,
      caCertPem: authority.certificate,
      caPrivateKeyPem: authority.privateKey,
      allowedUses: ["digital_signature", "server_auth", "client_auth"],
      validityPeriodHours: 3 * HOURS_PER_YEAR,
      earlyRenewalHours: earlyRenewalHours(name),
    },
    opts,
  );
  return {
    name,
    role,
    certificate: certificate.certPem,
    privateKey,
    authority: authority.certificate,
    validUntil: certificate.validityEndTime,
  };
}

function createKey(name: string, opts: pulumi.CustomResourceOptions): pulumi.Output<string> {
  const key = new PrivateKey(`${name}-key`, { algorithm: "ECDSA", ecdsaCurve: "P256" }, opts);
  return pulumi.secret(key.privateKeyPem);
}
