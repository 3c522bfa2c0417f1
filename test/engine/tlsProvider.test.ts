import { X509Certificate } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type ConnectionOptions, connect, createServer, type TLSSocket, type TlsOptions } from "node:tls";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { Project } from "./Project";

/** A CA and one certificate per role, as the program makes them for each notary. */
const program = (earlyRenewalHours: number, keyArgs = `{ algorithm: "ECDSA", ecdsaCurve: "P256" }`) => `
  const tls = require("@pulumi/tls");
  const key = (name) => new tls.PrivateKey(name + "-key", ${keyArgs});
  const caKey = key("ca");
  const ca = new tls.SelfSignedCert("ca", {
    privateKeyPem: caKey.privateKeyPem,
    isCaCertificate: true,
    setAuthorityKeyId: true,
    subject: { commonName: "a notary", organization: "dokomodo" },
    validityPeriodHours: 48,
    allowedUses: ["cert_signing", "crl_signing"],
  });
  const leaf = (name, uses) => {
    const leafKey = key(name);
    const request = new tls.CertRequest(name, {
      privateKeyPem: leafKey.privateKeyPem,
      subject: { commonName: name, organization: "dokomodo", organizationalUnit: "role-" + name },
      dnsNames: [name + ".internal", "localhost"],
      ipAddresses: ["127.0.0.1", "fd00::1"],
      uris: ["spiffe://dokomodo/" + name],
    });
    const cert = new tls.LocallySignedCert(name, {
      caCertPem: ca.certPem,
      caPrivateKeyPem: caKey.privateKeyPem,
      certRequestPem: request.certRequestPem,
      validityPeriodHours: 24,
      earlyRenewalHours: ${earlyRenewalHours},
      setSubjectKeyId: true,
      allowedUses: ["digital_signature", "key_encipherment", ...uses],
    });
    return {
      cert: cert.certPem,
      key: leafKey.privateKeyPem,
      pkcs8: leafKey.privateKeyPemPkcs8,
      request: request.certRequestPem,
      publicKey: leafKey.publicKeyPem,
      openssh: leafKey.publicKeyOpenssh,
      fingerprint: leafKey.publicKeyFingerprintSha256,
      ready: cert.readyForRenewal,
    };
  };
  module.exports = {
    ca: ca.certPem,
    server: leaf("server", ["server_auth"]),
    client: leaf("client", ["client_auth"]),
  };
`;

const leaf = z.object({
  cert: z.string(),
  key: z.string(),
  pkcs8: z.string(),
  request: z.string(),
  publicKey: z.string(),
  openssh: z.string(),
  fingerprint: z.string(),
  ready: z.boolean(),
});
const outputs = z.object({ ca: z.string(), server: leaf, client: leaf });

async function openssl(...args: string[]): Promise<string> {
  return (await execa("openssl", args)).stdout;
}

describe("the offline tls provider", () => {
  let project: Project;
  let made: z.output<typeof outputs>;
  const file = (name: string) => join(project.directory, name);

  beforeAll(async () => {
    project = await Project.create(program(0));
    await project.up();
    made = outputs.parse(await project.outputs());
    await writeFile(file("ca.pem"), made.ca);
    for (const name of ["server", "client"] as const) {
      for (const part of ["cert", "key", "pkcs8", "request", "publicKey"] as const) {
        await writeFile(file(`${name}.${part}.pem`), made[name][part]);
      }
    }
  });
  afterAll(() => project?.remove());

  test("makes a chain that openssl accepts, for the uses asked for and no others", async () => {
    const verify = (purpose: string, name: string) =>
      openssl("verify", "-x509_strict", "-purpose", purpose, "-CAfile", file("ca.pem"), file(name));
    expect(await verify("sslserver", "server.cert.pem")).toContain("OK");
    expect(await verify("sslclient", "client.cert.pem")).toContain("OK");
    await expect(verify("sslserver", "client.cert.pem")).rejects.toThrow("unsuitable certificate purpose");
    await expect(verify("sslclient", "server.cert.pem")).rejects.toThrow("unsuitable certificate purpose");
  });

  test("carries the names that were asked for", async () => {
    const { subject, subjectAltName, issuer } = new X509Certificate(made.server.cert);
    expect(subject).toBe("O=dokomodo\nOU=role-server\nCN=server");
    expect(issuer).toBe("O=dokomodo\nCN=a notary");
    expect(subjectAltName).toBe(
      "DNS:server.internal, DNS:localhost, IP Address:127.0.0.1, " +
        "IP Address:FD00:0:0:0:0:0:0:1, URI:spiffe://dokomodo/server",
    );
  });

  test("writes its keys in forms that openssl reads as one and the same key", async () => {
    expect(made.server.key).toMatch(/^-----BEGIN EC PRIVATE KEY-----\n/);
    expect(made.server.pkcs8).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    for (const form of ["key", "pkcs8"]) {
      expect(`${await openssl("pkey", "-in", file(`server.${form}.pem`), "-pubout")}\n`).toBe(
        made.server.publicKey,
      );
    }
    expect(
      await openssl("req", "-in", file("server.request.pem"), "-verify", "-noout", "-subject"),
    ).toContain("role-server");
  });

  test("lets two sides of mutual TLS know each other's role, and keeps strangers out", async () => {
    const server = { ca: made.ca, cert: made.server.cert, key: made.server.key };
    const client = { ca: made.ca, cert: made.client.cert, key: made.client.key };
    expect(await roles(server, client)).toEqual({ seenByServer: "role-client", seenByClient: "role-server" });
    await expect(roles(server, { ca: made.ca })).rejects.toThrow();
    await expect(
      roles(server, { ca: made.ca, cert: made.server.cert, key: made.server.key }),
    ).rejects.toThrow();
  });

  test("keeps private keys encrypted in the state, as inputs and as outputs", async () => {
    const state = await project.state();
    const body = (pem: string) => pem.split("\n")[1] ?? pem;
    for (const { key, pkcs8 } of [made.server, made.client]) {
      expect(state).not.toContain(body(key));
      expect(state).not.toContain(body(pkcs8));
    }
    expect(state).not.toContain("PRIVATE KEY");
    for (const { type, inputs, outputs } of await project.resources()) {
      const name = type.endsWith("LocallySignedCert") ? "caPrivateKeyPem" : "privateKeyPem";
      if (!type.startsWith("tls:")) continue;
      if (!type.endsWith("PrivateKey")) expect(inputs[name]).toHaveProperty("ciphertext");
      expect(outputs[name]).toHaveProperty("ciphertext");
    }
  });

  test("changes nothing in a second update or a refresh", async () => {
    await project.up("--expect-no-changes");
    await project.succeed("refresh", "--yes", "--skip-preview", "--expect-no-changes");
    expect(outputs.parse(await project.outputs())).toEqual(made);
  });

  test("takes an early renewal that is not due yet in place", async () => {
    await project.write(program(1));
    expect(await project.planned()).toEqual({ server: ["update"], client: ["update"] });
    await project.up();
    expect(outputs.parse(await project.outputs())).toEqual(made);
  });

  test("replaces a certificate that is due, and only that", async () => {
    await project.write(program(24));
    const planned = await project.planned();
    expect(Object.keys(planned).sort()).toEqual(["client", "server"]);
    expect(planned["server"]).toContain("replace");
    await project.up();
    const renewed = outputs.parse(await project.outputs());
    expect(renewed.server.cert).not.toBe(made.server.cert);
    expect(renewed.server.key).toBe(made.server.key);
    expect(renewed.ca).toBe(made.ca);
  });

  test.each([
    ["RSA", "RSA PRIVATE KEY", "ssh-rsa"],
    ["ED25519", "PRIVATE KEY", "ssh-ed25519"],
  ])("makes certificates with %s keys", async (algorithm, preamble, openssh) => {
    await project.write(program(0, `{ algorithm: "${algorithm}" }`));
    await project.up();
    const { ca, server } = outputs.parse(await project.outputs());
    await writeFile(file("other-ca.pem"), ca);
    await writeFile(file("other.pem"), server.cert);
    await writeFile(file("other.pub"), server.openssh);
    expect(
      await openssl("verify", "-x509_strict", "-CAfile", file("other-ca.pem"), file("other.pem")),
    ).toContain("OK");
    expect(server.key).toContain(`-----BEGIN ${preamble}-----`);
    expect(server.openssh).toMatch(new RegExp(`^${openssh} `));
    const { stdout, failed } = await execa("ssh-keygen", ["-lf", file("other.pub")], { reject: false });
    if (!failed) expect(stdout).toContain(server.fingerprint);
  });

  test("refuses what it cannot do, with the reason", async () => {
    await project.write(program(0, `{ algorithm: "ECDSA" }`));
    const { exitCode, text } = await project.run("preview");
    expect(exitCode).not.toBe(0);
    expect(text).toContain("state P256, P384, P521");
  });
});

/** What each side reads off the other's certificate after a handshake in which both must show one. */
function roles(server: TlsOptions, client: ConnectionOptions) {
  return new Promise<{ seenByServer: unknown; seenByClient: unknown }>((resolve, reject) => {
    const role = (socket: TLSSocket) => socket.getPeerCertificate().subject?.OU;
    const listener = createServer({ ...server, requestCert: true, rejectUnauthorized: true });
    listener.on("secureConnection", (socket) => socket.end(String(role(socket))));
    listener.on("tlsClientError", (error) => {
      listener.close();
      reject(error);
    });
    listener.listen(0, "127.0.0.1", () => {
      const address = listener.address();
      if (address === null || typeof address === "string") return reject(new Error("no port"));
      const socket = connect({ ...client, host: "127.0.0.1", port: address.port, servername: "localhost" });
      let seenByClient: unknown;
      socket.on("secureConnect", () => {
        seenByClient = role(socket);
      });
      socket.on("error", () => {});
      socket.on("data", (data) => resolve({ seenByServer: data.toString(), seenByClient }));
      socket.on("close", () => listener.close());
    });
  });
}
