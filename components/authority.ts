import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { CertRequest } from "@pulumi/tls/certRequest";
import { LocallySignedCert } from "@pulumi/tls/locallySignedCert";
import { PrivateKey } from "@pulumi/tls/privateKey";
import { SelfSignedCert } from "@pulumi/tls/selfSignedCert";
import type { Role } from "../notary/rpcGraph";
import type { AuthorityGenerations } from "../notary/types";
import type { Identity } from "../platforms/platform";

const HOURS_PER_YEAR = 8766;

/**
 * A notary's own certificate authority. Its leaf certificates last three years. From an age of one to two years on, the
 * next `up` renews a leaf (docs/internals/pulumi.md, renewal). So no leaf expires in a stack that is brought up once a
 * year. The age differs from leaf to leaf, because a new leaf replaces a proxy, or a pod in a cluster, and one `up`
 * should not replace all of them.
 */
export interface Authority {
  /** Certificate and key that new certificates are signed with. */
  readonly certificate: pulumi.Output<string>;
  readonly privateKey: pulumi.Output<string>;
  /**
   * The certificates that a signature is checked against, as PEM, one after the other. It is `certificate` alone, except
   * while the authority is replaced by another one.
   */
  readonly trusted: pulumi.Output<string>;
}

/** The authorities of a node: who signs for whom. They are the same, except while one replaces the other. */
export interface Authorities {
  /** Signs for all workloads, operators and clients, except for the workload through which clients enter. */
  readonly authority: Authority;
  /** Signs for the workload through which clients enter. */
  readonly entrance: Authority;
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
  return createAuthorities(name, {}, opts).authority;
}

/**
 * Makes the authorities of these generations. Generation 1 is that of `createAuthority`; the key of another one has its
 * number in its name.
 */
export function createAuthorities(
  name: string,
  { issuer = 1, trusted = [issuer], clientsIssuer = issuer }: AuthorityGenerations,
  opts: pulumi.CustomResourceOptions,
): Authorities {
  const made = new Map(trusted.map((generation) => [generation, createGeneration(name, generation, opts)]));
  const all = [...made.values()].map(({ certificate }) => certificate);
  const [only, ...others] = all;
  const bundle =
    only !== undefined && others.length === 0
      ? only
      : pulumi.all(all).apply((pems) => pems.map((pem) => `${pem.trimEnd()}\n`).join(""));
  const signedBy = (generation: number): Authority => {
    const own = made.get(generation);
    if (own === undefined) {
      throw new pulumi.RunError(
        `${name}: generation ${generation} of its authority signs and is not trusted`,
      );
    }
    return { ...own, trusted: bundle };
  };
  return { authority: signedBy(issuer), entrance: signedBy(clientsIssuer) };
}

function createGeneration(
  name: string,
  generation: number,
  opts: pulumi.CustomResourceOptions,
): Pick<Authority, "certificate" | "privateKey"> {
  const suffix = generation === 1 ? "" : `-${generation}`;
  const key = secretPem(createKey(`${name}-authority${suffix}`, opts));
  const certificate = new SelfSignedCert(
    `${name}-authority${suffix}`,
    {
      privateKeyPem: key,
      subject: {
        commonName: generation === 1 ? `${name} authority` : `${name} authority ${generation}`,
        organization: "dokomodo",
      },
      isCaCertificate: true,
      allowedUses: ["cert_signing", "crl_signing"],
      validityPeriodHours: 30 * HOURS_PER_YEAR,
    },
    opts,
  );
  return { certificate: certificate.certPem, privateKey: key };
}

/** An identity with its owner and its end. */
export interface IssuedIdentity extends Identity {
  /** Name of the workload, or of the operator's access, that has the certificate. */
  readonly name: string;
  /** When the certificate ends, in RFC 3339. */
  readonly validUntil: pulumi.Output<string>;
}

/** Hours before a leaf's end from which on an `up` renews it: one to two years, computed from the leaf's name. */
export function earlyRenewalHours(name: string): number {
  const share = createHash("sha256").update(name).digest().readUInt32BE() / 2 ** 32;
  return HOURS_PER_YEAR + Math.floor(share * HOURS_PER_YEAR);
}

/** Makes the key and certificate of one workload. The certificate's OU is the role, by which proxies let callers in. */
export function createIdentity(
  name: string,
  role: Role,
  authority: Authority,
  opts: pulumi.CustomResourceOptions,
): IssuedIdentity {
  const key = createKey(name, opts);
  const certificate = createCertificate(
    name,
    {
      key,
      commonName: name,
      role,
      dnsNames: [name],
      allowedUses: ["digital_signature", "server_auth", "client_auth"],
    },
    authority,
    opts,
  );
  return {
    name,
    ...identityOf(role, key, certificate, authority),
    validUntil: certificate.validityEndTime,
  };
}

/** A client's identity, with its end. */
export interface ClientIdentity extends Identity {
  /** The name by which the proxy knows its certificate. */
  readonly commonName: pulumi.Output<string>;
  /** When the certificate ends, in RFC 3339. */
  readonly validUntil: pulumi.Output<string>;
}

/**
 * Makes the key and certificate of somebody who only calls. The certificate's CN names the key as well. So a client that
 * is removed and added again has another CN, and its old certificate stays refused. A renewed certificate has the same
 * key, and so the same CN.
 * @param client the client's name
 */
export function createClientIdentity(
  name: string,
  client: string,
  authority: Authority,
  opts: pulumi.CustomResourceOptions,
): ClientIdentity {
  const key = createKey(name, opts);
  const commonName = key.publicKeyPem.apply((pem) => `${client}-${keyDigest(pem)}`);
  const certificate = createCertificate(
    name,
    { key, commonName, role: "client", allowedUses: ["digital_signature", "client_auth"] },
    authority,
    opts,
  );
  const { validityEndTime: validUntil } = certificate;
  return { ...identityOf("client", key, certificate, authority), commonName, validUntil };
}

/** The beginning of a digest of a public key. With a client's name of 32 characters it fits into a CN, which has 64. */
function keyDigest(pem: string): string {
  return createHash("sha256").update(pem).digest("hex").slice(0, 24);
}

interface LeafArgs {
  readonly key: PrivateKey;
  readonly commonName: pulumi.Input<string>;
  readonly role: Role;
  readonly dnsNames?: string[] | undefined;
  readonly allowedUses: string[];
}

function createCertificate(
  name: string,
  { key, commonName, role, dnsNames, allowedUses }: LeafArgs,
  authority: Authority,
  opts: pulumi.CustomResourceOptions,
): LocallySignedCert {
  const request = new CertRequest(
    `${name}-request`,
    {
      privateKeyPem: secretPem(key),
      subject: { commonName, organization: "dokomodo", organizationalUnit: role },
      dnsNames,
    },
    opts,
  );
  return new LocallySignedCert(
    `${name}-certificate`,
    {
      certRequestPem: request.certRequestPem,
      caCertPem: authority.certificate,
      caPrivateKeyPem: authority.privateKey,
      allowedUses,
      validityPeriodHours: 3 * HOURS_PER_YEAR,
      earlyRenewalHours: earlyRenewalHours(name),
    },
    opts,
  );
}

function identityOf(role: Role, key: PrivateKey, { certPem }: LocallySignedCert, authority: Authority) {
  return {
    role,
    certificate: certPem,
    privateKey: secretPem(key),
    authority: authority.trusted,
  };
}

function createKey(name: string, opts: pulumi.CustomResourceOptions): PrivateKey {
  return new PrivateKey(`${name}-key`, { algorithm: "ECDSA", ecdsaCurve: "P256" }, opts);
}

function secretPem({ privateKeyPem }: PrivateKey): pulumi.Output<string> {
  return pulumi.secret(privateKeyPem);
}
