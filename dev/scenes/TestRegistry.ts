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

/** A registry of images on loopback (Debian's docker-registry), with a folder of its own. Engines take it without TLS. */
export class TestRegistry {
  private constructor(
    /** `127.0.0.1:port`, the first part of its images' names. */
    readonly address: string,
    private readonly folder: string,
    private readonly process: ChildProcess,
  ) {}

  /** `htpasswd` is a line of Apache's file of that name, with bcrypt; without it everybody is let in. */
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

  /** The digest of what a tag names, from the registry itself. */
  async digest(repository: string, tag: string): Promise<string> {
    const accept = ["manifest.v2", "manifest.list.v2"].map(
      (kind) => `application/vnd.docker.distribution.${kind}+json`,
    );
    const response = await fetch(this.manifest(repository, tag), {
      method: "HEAD",
      headers: { accept: [...accept, "application/vnd.oci.image.index.v1+json"].join(", ") },
    });
    const digest = response.headers.get("docker-content-digest");
    if (!response.ok || digest === null) throw new Error(`no ${repository}:${tag}: ${response.status}`);
    return digest;
  }

  /** Puts an index under a tag that has an image of the repository for each of several platforms; its digest. */
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
    if (!response.ok) throw new Error(`the index was refused: ${await response.text()}`);
    return this.digest(repository, tag);
  }

  /** Ends it and deletes its folder; may be called twice. */
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
    throw new Error(`docker-registry does not answer on ${this.address}`);
  }
}

async function provideProgram(): Promise<string> {
  const there = await findOnPath("docker-registry", process.env);
  if (there !== undefined) return there;
  if (!(await canInstallPackages())) {
    throw new Error(
      "There is no docker-registry on the path: install Debian's package of that name, then run this again.",
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
  if (address === null || typeof address === "string") throw new Error("no port is free");
  return address.port;
}
