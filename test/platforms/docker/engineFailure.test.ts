import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { EngineRefusal } from "../../../platforms/docker/engineApi";
import { explainEngine } from "../../../platforms/docker/engineFailure";
import type { DockerEndpoint } from "../../../platforms/docker/host";
import { probe } from "../../../platforms/docker/preflight";
import { SshFailure } from "../../../platforms/docker/sshFailure";
import { selfSigned } from "../../runtime/standIns/selfSigned";

type Pem = Awaited<ReturnType<typeof selfSigned>>;

const SOCKET: DockerEndpoint = { name: "alpha", docker: "unix:///run/docker.sock", ssh: {} };
const PORT: DockerEndpoint = {
  name: "beta",
  docker: "tcp://beta.example:2376",
  certificates: "certificates/beta",
  ssh: {},
};
const SSH: DockerEndpoint = { name: "gamma", docker: "ssh://ops@gamma.example", ssh: {} };

const nodeError = (code: string, message = `connect ${code}`) => Object.assign(new Error(message), { code });

describe("a failure of a Docker Engine is told with its cause and what to do", () => {
  test.each<[string, DockerEndpoint, Error, string]>([
    ["a socket that is not there", SOCKET, nodeError("ENOENT"), "no socket /run/docker.sock on this machine"],
    ["a socket that may not be used", SOCKET, nodeError("EACCES"), "sudo usermod -aG docker $USER"],
    ["a socket that nobody serves", SOCKET, nodeError("ECONNREFUSED"), "sudo systemctl start docker"],
    ["a port that nobody serves", PORT, nodeError("ECONNREFUSED"), "nothing listens on its port 2376"],
    ["a name that is not known", PORT, nodeError("ENOTFOUND"), "the name beta.example is not known"],
    ["a name server that is silent", PORT, nodeError("EAI_AGAIN"), "Check the name servers of this machine"],
    ["a network without a way", PORT, nodeError("EHOSTUNREACH"), "there is no way to it"],
    ["a machine that is silent", PORT, nodeError("ETIMEDOUT"), "port 2376 open in its firewall?"],
    ["an engine that is silent", PORT, new Error("no answer in 8 s"), "no answer in 8 s. Is the machine up"],
    [
      "a certificate for another name",
      PORT,
      nodeError("ERR_TLS_CERT_ALTNAME_INVALID", "Hostname/IP does not match certificate's altnames"),
      "its certificate is not for beta.example",
    ],
    [
      "a certificate that has ended",
      PORT,
      nodeError("CERT_HAS_EXPIRED", "certificate has expired"),
      "check the clocks of both machines",
    ],
    [
      "a certificate of another authority",
      PORT,
      nodeError("UNABLE_TO_VERIFY_LEAF_SIGNATURE", "unable to verify the first certificate"),
      "not from the authority in certificates/beta/ca.pem",
    ],
    [
      "a client certificate that the engine does not take",
      PORT,
      nodeError(
        "EPROTO",
        "write EPROTO 80:error:0A000418:SSL routines:read:tlsv1 alert unknown ca:../x.c:1\n",
      ),
      "it refuses the client certificate certificates/beta/cert.pem (write EPROTO tlsv1 alert unknown ca)",
    ],
    [
      "a client key of another certificate",
      PORT,
      nodeError("ERR_OSSL_X509_KEY_VALUES_MISMATCH", "error:05800074:x509 routines::key values mismatch"),
      "the certificates in certificates/beta cannot be used (key values mismatch)",
    ],
    [
      "a port without TLS",
      PORT,
      nodeError("EPROTO", "write EPROTO 80:error:0A00010B:SSL routines:get:wrong version number:../x.c:1\n"),
      "what answers there does not speak TLS (write EPROTO wrong version number)",
    ],
    ["a TLS connection that is closed", PORT, nodeError("ECONNRESET", "socket hang up"), "does it trust the"],
    [
      "an answer that breaks off",
      SSH,
      nodeError("ECONNRESET", "aborted"),
      "Docker Engine broke off (aborted)",
    ],
    ["an answer that is no HTTP", SOCKET, nodeError("HPE_INVALID_CONSTANT"), "does not speak HTTP"],
    [
      "a full disk",
      SOCKET,
      new EngineRefusal("mkdir /var/lib/docker/overlay2/5: no space left on device", 500),
      "has a full disk (mkdir /var/lib/docker/overlay2/5: no space left on device). Make room",
    ],
    ["a refusal", SOCKET, new EngineRefusal("<html>\nno\n", 404), "refuses the call: <html> no (HTTP 404)."],
    [
      "a failure that is not known",
      SOCKET,
      new Error("odd"),
      "a call of its Docker Engine failed: odd. Its log",
    ],
  ])("%s", (_, endpoint, error, told) => {
    const text = explainEngine(error, endpoint);
    expect(text).toContain(told);
    expect(text).toMatch(/^(its Docker Engine|the connection to its|a call of its)[^\n]*[.?]$/);
    // The advice is a sentence of its own.
    expect(text).toMatch(/[.?] (\S+ ){3}/);
  });

  test("what ssh said is passed on as it was explained", () => {
    expect(explainEngine(new SshFailure("its name is not known."), SSH)).toBe("its name is not known.");
  });

  test("a name with several addresses has the code of the failure", () => {
    const error = Object.assign(new AggregateError([nodeError("ECONNREFUSED")]), { code: "ECONNREFUSED" });
    expect(explainEngine(error, PORT)).toContain("nothing listens on its port 2376 (ECONNREFUSED)");
  });
});

describe("a probe explains", () => {
  let folder: string;
  let own: Pem;
  let other: Pem;
  let server: Server | undefined;

  beforeAll(async () => {
    [own, other] = await Promise.all([selfSigned(), selfSigned()]);
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "dokomodo-engine-failure-"));
  });
  afterEach(() => {
    server?.close();
    rmSync(folder, { recursive: true });
  });

  /** Probes what listens at a port, with these files in the folder of certificates. */
  async function probed(listening: Server, { ca = own, client = own } = {}): Promise<string | undefined> {
    server = listening.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    writeFileSync(join(folder, "ca.pem"), ca.cert);
    writeFileSync(join(folder, "cert.pem"), client.cert);
    writeFileSync(join(folder, "key.pem"), client.key);
    return probe({ name: "beta", docker: `tcp://127.0.0.1:${port}`, certificates: folder, ssh: {} });
  }

  const engine = () =>
    createTlsServer({ ...own, ca: own.cert, requestCert: true, rejectUnauthorized: true }, (client) => {
      client.end('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{"ApiVersion":"1.44"}');
    });

  test("nothing if the certificates are right", async () => {
    expect(await probed(engine())).toBeUndefined();
  });

  test("an engine of another authority", async () => {
    expect(await probed(engine(), { ca: other })).toContain(
      `its certificate is not from the authority in ${folder}/ca.pem (self-signed certificate)`,
    );
  });

  test("an engine of another authority than the client's certificate", async () => {
    expect(await probed(engine(), { client: other })).toContain(
      `does it trust the authority of the client certificate ${folder}/cert.pem?`,
    );
  });

  test("a key that is not that of the certificate", async () => {
    expect(await probed(engine(), { client: { ...own, key: other.key } })).toContain(
      `the certificates in ${folder} cannot be used (key values mismatch)`,
    );
  });

  test("a port without TLS", async () => {
    expect(await probed(createServer((client) => client.end("hello\n")))).toMatch(
      /^host beta \(tcp:\S+\): its Docker Engine cannot be reached: what answers there does not speak TLS/,
    );
  });

  test("a socket at which nothing listens", async () => {
    const file = join(folder, "docker.sock");
    writeFileSync(file, "");
    expect(await probe({ name: "alpha", docker: `unix://${file}`, ssh: {} })).toBe(
      `host alpha (unix://${file}): its Docker Engine cannot be reached: nothing listens on the socket ${file} (connect ECONNREFUSED ${file}). Start Docker on this machine (sudo systemctl start docker). If it does not start, journalctl -u docker says why.`,
    );
  });

  test("a host on tcp:// that states no certificates", async () => {
    expect(await probe({ name: "beta", docker: "tcp://127.0.0.1:1", ssh: {} })).toBe(
      "host beta (tcp://127.0.0.1:1): it is on tcp:// and states no `certificates`, a folder with ca.pem, cert.pem and key.pem.",
    );
  });
});
