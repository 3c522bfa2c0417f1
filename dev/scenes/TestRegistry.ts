import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stringify } from "yaml";
import { step } from "../progress";
import { canInstallPackages, installPackages } from "../toolchain/apt";
import { findOnPath } from "../toolchain/executables";

const START_SECONDS = 20;

/** An image registry on loopback, with its own folder. It is Debian's docker-registry. Engines accept loopback without TLS. */
export class TestRegistry {
  private constructor(
    /** `127.0.0.1:port`, which its images' names begin with. */
    readonly address: string,
    private readonly folder: string,
    private readonly process: ChildProcess,
  ) {}

  /** @param htpasswd a line of an Apache htpasswd file, with bcrypt; when absent, the registry asks for no login */
  static async start(htpasswd?: string): Promise<TestRegistry> {
    const program = await provideProgram();
    const folder = await mkdtemp(join(tmpdir(), "dokomodo-registry-"));
    const address = `127.0.0.1:${await freePort()}`;
    const users = join(folder, "htpasswd");
    if (htpasswd !== undefined) await writeFile(users, `${htpasswd}\n`);
    const config = {
      version: 0.1,
      log: { level: "error", accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: join(folder, "images") } },
      http: { addr: address },
      ...(htpasswd === undefined ? {} : { auth: { htpasswd: { realm: "test", path: users } } }),
    };
    await writeFile(join(folder, "config.yml"), stringify(config));
    const child = spawn(program, ["serve", join(folder, "config.yml")], { stdio: "ignore" });
    const registry = new TestRegistry(address, folder, child);
    await registry.untilItAnswers();
    return registry;
  }

  /** Asks the registry for the digest of a tag. */
  async digest(repository: string, tag: string): Promise<string> {
    const accept = ["manifest.v2", "manifest.list.v2"].map(
      (kind) => `application/vnd.docker.distribution.${kind}+json`,
    );
    const response = await fetch(this.manifest(repository, tag), {
      method: "HEAD",
      headers: { accept: [...accept, "application/vnd.oci.image.index.v1+json"].join(", ") },
    });
    const digest = response.headers.get("docker-content-digest");
    if (!response.ok || digest === null) {
      throw new Error(`The registry gave no digest of ${repository}:${tag}: HTTP status ${response.status}`);
    }
    return digest;
  }

  /** Puts an index under a tag and returns its digest. The index names the same image for two platforms. */
  async putIndex(repository: string, tag: string, mediaType: string, imageTag: string): Promise<string> {
    const digest = await this.digest(repository, imageTag);
    const image = await fetch(this.manifest(repository, digest), {
      headers: { accept: "application/vnd.docker.distribution.manifest.v2+json" },
    });
    const size = (await image.arrayBuffer()).byteLength;
    const manifests = ["amd64", "arm64"].map((architecture) => ({
      mediaType: "application/vnd.docker.distribution.manifest.v2+json",
      digest,
      size,
      platform: { os: "linux", architecture },
    }));
    const response = await fetch(this.manifest(repository, tag), {
      method: "PUT",
      headers: { "content-type": mediaType },
      body: JSON.stringify({ schemaVersion: 2, mediaType, manifests }),
    });
    if (!response.ok) throw new Error(`The registry refused the index ${tag}: ${await response.text()}`);
    return this.digest(repository, tag);
  }

  /** Ends the registry and deletes its folder. It may be called twice. */
  async stop(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const ended = once(this.process, "exit");
      this.process.kill();
      await ended;
    }
    await rm(this.folder, { recursive: true, force: true });
  }

  private manifest(repository: string, reference: string): string {
    return `http://${this.address}/v2/${repository}/manifests/${reference}`;
  }

  private async untilItAnswers(): Promise<void> {
    for (const deadline = Date.now() + START_SECONDS * 1000; Date.now() < deadline; await sleep(50)) {
      if (this.process.exitCode !== null) break;
      if (await fetch(`http://${this.address}/v2/`).catch(() => undefined)) return;
    }
    await this.stop();
    throw new Error(`docker-registry did not answer on ${this.address} within ${START_SECONDS} s.`);
  }
}

async function provideProgram(): Promise<string> {
  const there = await findOnPath("docker-registry", process.env);
  if (there !== undefined) return there;
  if (!(await canInstallPackages())) {
    throw new Error(
      "The program docker-registry is not on PATH. Install Debian's package docker-registry, then run this again.",
    );
  }
  await step("Installing a registry", (log) => installPackages(log, ["docker-registry"]));
  return "docker-registry";
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("No port of 127.0.0.1 is free.");
  return address.port;
}
