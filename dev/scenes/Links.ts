import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PROXY_DIRECTORY, PROXY_USER } from "../../platforms/haproxy/configuration";
import { gatewayConfiguration } from "../../platforms/haproxy/gateway";
import { proxyConfiguration } from "../../platforms/haproxy/proxy";
import type { CallArgs, ServeArgs } from "../../platforms/platform";
import { imageName } from "../images/images";
import { docker } from "./docker";

const NODE_IMAGE = imageName("node");

/** A workload: what it calls, what it serves, and the JavaScript that runs as its daemon. */
export interface LinkedWorkload {
  readonly role: string;
  readonly calls?: readonly CallArgs[];
  readonly serves?: ServeArgs;
  readonly daemon: string;
}

/**
 * Workloads with the proxies that a platform gives them, but without pause containers and without a stack. Each has a
 * daemon and a proxy beside it. One gateway leads to all of them.
 */
export class Links {
  private constructor(
    private readonly name: string,
    private readonly proxyImage: string,
    private readonly folder: string,
  ) {}

  /** Starts the workloads. The name of each is the network's name, a `-` and its key in `workloads`. */
  static async start(
    name: string,
    proxyImage: string,
    workloads: Readonly<Record<string, LinkedWorkload>>,
  ): Promise<Links> {
    const links = new Links(name, proxyImage, mkdtempSync(join(tmpdir(), "dokomodo-links-")));
    await links.openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "authority.key");
    const authority = ["-subj", "/CN=links", "-days", "2", "-out", "authority.pem"];
    await links.openssl("req", "-x509", "-new", "-key", "authority.key", ...authority);
    await docker("network", "create", name);
    // The gateway starts first, because a proxy looks up its address only once, when it starts.
    await links.startGateway();
    await Promise.all(Object.entries(workloads).map(([key, workload]) => links.startWorkload(key, workload)));
    return links;
  }

  /** Runs JavaScript in a workload's network and returns its output. */
  async run(key: string, script: string): Promise<string> {
    return docker("exec", `${this.name}-${key}`, "node", "-e", script);
  }

  async stop(): Promise<void> {
    const ours = await docker("ps", "--all", "--quiet", "--filter", `name=^${this.name}-`);
    if (ours !== "") await docker("rm", "--force", ...ours.split("\n"));
    await docker("network", "rm", this.name).catch(() => "");
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async startGateway(): Promise<void> {
    const name = `${this.name}-gateway`;
    const files = this.filesOf("gateway");
    writeFileSync(join(files, "haproxy.cfg"), gatewayConfiguration(this.name), { mode: 0o644 });
    const network = ["--network", this.name, "--network-alias", name];
    await this.startProxy(name, files, network);
  }

  private filesOf(key: string): string {
    const files = join(this.folder, key);
    mkdirSync(files, { mode: 0o755 });
    return files;
  }

  private async startProxy(name: string, files: string, network: readonly string[]): Promise<void> {
    const volume = ["--volume", `${files}:${PROXY_DIRECTORY}:ro`, "--user", PROXY_USER];
    const command = [this.proxyImage, "haproxy", "-f", `${PROXY_DIRECTORY}/haproxy.cfg`];
    await docker("run", "--detach", "--name", name, ...network, ...volume, ...command);
  }

  private async startWorkload(key: string, workload: LinkedWorkload): Promise<void> {
    const name = `${this.name}-${key}`;
    const files = this.filesOf(key);
    await this.certificate(name, workload.role, files);
    const write = (file: string, text: string) => writeFileSync(join(files, file), text, { mode: 0o644 });
    write("authority.pem", readFileSync(join(this.folder, "authority.pem"), "utf8"));
    write("haproxy.cfg", proxyConfiguration(workload.calls ?? [], workload.serves));
    const network = ["--network", this.name, "--network-alias", name];
    await docker("run", "--detach", "--name", name, ...network, NODE_IMAGE, "node", "-e", workload.daemon);
    await this.startProxy(`${name}-proxy`, files, ["--network", `container:${name}`]);
  }

  private async certificate(name: string, role: string, files: string): Promise<void> {
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", `${name}.key`];
    const subject = ["-subj", `/CN=${name}/OU=${role}`, "-addext", `subjectAltName=DNS:${name}`];
    await this.openssl("req", "-new", ...key, ...subject, "-out", `${name}.csr`);
    const signer = [
      "-CA",
      "authority.pem",
      "-CAkey",
      "authority.key",
      "-set_serial",
      String(Date.now()),
      "-days",
      "2",
    ];
    const out = ["-copy_extensions", "copy", "-out", `${name}.pem`];
    await this.openssl("x509", "-req", "-in", `${name}.csr`, ...signer, ...out);
    const read = (file: string) => readFileSync(join(this.folder, file), "utf8");
    writeFileSync(join(files, "identity.pem"), read(`${name}.pem`) + read(`${name}.key`), { mode: 0o644 });
  }

  private async openssl(...args: readonly string[]): Promise<void> {
    const { execa } = await import("execa");
    await execa("openssl", args, { cwd: this.folder });
  }
}
