import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { docker } from "./docker";

const RPC_PORT = 22555;
const TLS_PORT = 8443;

/** A coin daemon outside of every stack: komodod's stand-in on this machine's own engine, behind a proxy that adds TLS. */
export class ExternalDaemon {
  readonly user = "reader";
  /** Only this daemon has this password, and the daemon lives only as long as its test. */
  readonly password = "external-canary-7f3a";

  private constructor(
    private readonly name: string,
    private readonly folder: string,
    /** `https://` with the address that it was started with and the port of its proxy. */
    readonly url: string,
  ) {}

  static async start(name: string, address: string): Promise<ExternalDaemon> {
    const { execa } = await import("execa");
    const folder = mkdtempSync(join(tmpdir(), "dokomodo-external-"));
    const daemon = new ExternalDaemon(name, folder, `https://${address}:${TLS_PORT}`);
    mkdirSync(join(folder, "tls"), { mode: 0o755 });
    const path = (file: string) => join(folder, "tls", file);
    const subject = ["-subj", `/CN=${address}`, "-days", "2"];
    const key = [
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:P-256",
      "-nodes",
      "-keyout",
      path("key.pem"),
    ];
    await execa("openssl", ["req", "-x509", ...key, ...subject, "-out", path("certificate.pem")]);
    writeFileSync(path("both.pem"), daemon.authority + readFileSync(path("key.pem"), "utf8"), {
      mode: 0o644,
    });
    writeFileSync(path("haproxy.cfg"), HAPROXY, { mode: 0o644 });
    const conf = `rpcuser=${daemon.user}\nrpcpassword=${daemon.password}\nrpcport=${RPC_PORT}\nserver=1\n`;
    const start = "komodod -ac_name=FAR -ac_supply=1 -printtoconsole";
    const command = `mkdir -p ~/.komodo/FAR && printf '${conf}' > ~/.komodo/FAR/FAR.conf && exec ${start}`;
    const publish = `${address}:${TLS_PORT}:${TLS_PORT}`;
    const image = "dokomodo-testbed/komodod-regtest:dev";
    // A run that was killed has left them.
    await docker("rm", "--force", name, `${name}-tls`);
    await docker("run", "--detach", "--name", name, "--publish", publish, image, "sh", "-c", command);
    const joined = ["--network", `container:${name}`, "--volume", `${path("")}:/tls:ro`];
    const proxy = ["dokomodo-testbed/haproxy:dev", "haproxy", "-f", "/tls/haproxy.cfg"];
    await docker("run", "--detach", "--name", `${name}-tls`, ...joined, ...proxy);
    return daemon;
  }

  /** PEM of the authority that signed the proxy's certificate. The certificate is self-signed, so it is its own authority. */
  get authority(): string {
    return readFileSync(join(this.folder, "tls", "certificate.pem"), "utf8");
  }

  async call(method: string, ...params: readonly string[]): Promise<string> {
    const login = [`-rpcuser=${this.user}`, `-rpcpassword=${this.password}`, `-rpcport=${RPC_PORT}`];
    return docker("exec", this.name, "litecoin-cli", "-regtest", ...login, method, ...params);
  }

  async stop(): Promise<void> {
    await docker("rm", "--force", "--volumes", `${this.name}-tls`, this.name);
    rmSync(this.folder, { recursive: true });
  }
}

const HAPROXY = `defaults
    mode http
    timeout connect 5s
    timeout client 60s
    timeout server 60s

listen tls
    bind :${TLS_PORT} ssl crt /tls/both.pem
    server daemon 127.0.0.1:${RPC_PORT}
`;
