import "reflect-metadata";
import { KeyObject, webcrypto } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as x509 from "@peculiar/x509";
import { type AddressedClusterPool, API_SERVICE, type ClusterPool, DOMAIN, filesOf, NODE } from "./pool";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const DAY = 24 * 60 * 60 * 1000;

/** The clients of the API server, with the names and groups that Kubernetes' default roles are bound to. */
const CLIENTS = {
  admin: "CN=admin,O=system:masters",
  "controller-manager": "CN=system:kube-controller-manager",
  scheduler: "CN=system:kube-scheduler",
  kubelet: `CN=system:node:${NODE},O=system:nodes`,
  proxy: "CN=system:kube-proxy",
  policies: "CN=dokomodo:policies,O=system:masters",
  volumes: "CN=dokomodo:volumes,O=system:masters",
  /** The API server itself, when it calls a kubelet. */
  apiserver: "CN=kube-apiserver-kubelet-client,O=system:masters",
} as const;

export type Client = keyof typeof CLIENTS;

export interface KeyFiles {
  readonly certificate: string;
  readonly key: string;
}

/** Paths of a cluster's keys and certificates. */
export function keysOf(pool: ClusterPool) {
  const folder = filesOf(pool).certificates;
  const files = (name: string): KeyFiles => ({
    certificate: join(folder, `${name}.crt`),
    key: join(folder, `${name}.key`),
  });
  return {
    authority: files("authority"),
    /** The API server's own certificate. */
    server: files("server"),
    /** Signs the tokens of service accounts. It has no certificate. */
    tokens: join(folder, "tokens.key"),
    client: (name: Client) => files(`client-${name}`),
  };
}

/** Makes all keys and certificates of a new cluster. */
export async function createCertificates(pool: AddressedClusterPool): Promise<void> {
  x509.cryptoProvider.set(webcrypto);
  await mkdir(filesOf(pool).certificates, { recursive: true, mode: 0o700 });
  const files = keysOf(pool);
  const authority = await createAuthority();
  await save(files.authority, authority.certificate, authority.keys);
  const server = await issue(authority, "CN=kube-apiserver", [
    ...["127.0.0.1", API_SERVICE, pool.address].map((value) => ({ type: "ip" as const, value })),
    ...["localhost", "kubernetes", "kubernetes.default.svc", `kubernetes.default.svc.${DOMAIN}`].map(
      (value) => ({
        type: "dns" as const,
        value,
      }),
    ),
  ]);
  await save(files.server, server.certificate, server.keys);
  for (const name of Object.keys(CLIENTS) as Client[]) {
    const client = await issue(authority, CLIENTS[name]);
    await save(files.client(name), client.certificate, client.keys);
  }
  await writeFile(files.tokens, privatePem(await generateKeys()), { mode: 0o600 });
}

interface Issued {
  readonly certificate: x509.X509Certificate;
  readonly keys: webcrypto.CryptoKeyPair;
}

async function createAuthority(): Promise<Issued> {
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity(),
    name: "CN=test-cluster",
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate, keys };
}

/** Issues a server's certificate when there are names, and a client's otherwise. */
async function issue(
  authority: Issued,
  subject: string,
  names: readonly x509.JsonGeneralName[] = [],
): Promise<Issued> {
  const keys = await generateKeys();
  const usage = names.length > 0 ? x509.ExtendedKeyUsage.serverAuth : x509.ExtendedKeyUsage.clientAuth;
  const certificate = await x509.X509CertificateGenerator.create({
    ...validity(),
    subject,
    issuer: authority.certificate.subject,
    publicKey: keys.publicKey,
    signingKey: authority.keys.privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([usage]),
      ...(names.length > 0 ? [new x509.SubjectAlternativeNameExtension([...names])] : []),
    ],
  });
  return { certificate, keys };
}

function validity() {
  return { notBefore: new Date(Date.now() - DAY), notAfter: new Date(Date.now() + 365 * DAY) };
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
}

async function save(
  files: KeyFiles,
  certificate: x509.X509Certificate,
  keys: webcrypto.CryptoKeyPair,
): Promise<void> {
  await writeFile(files.certificate, `${certificate.toString("pem")}\n`);
  await writeFile(files.key, privatePem(keys), { mode: 0o600 });
}

function privatePem({ privateKey }: webcrypto.CryptoKeyPair): string {
  return KeyObject.from(privateKey).export({ type: "sec1", format: "pem" }).toString();
}
