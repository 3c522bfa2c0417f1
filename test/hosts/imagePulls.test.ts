import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createServer as createEncryptedServer } from "node:https";
import { type AddressInfo, connect, type Server } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { imageName, prepareImages } from "../../dev/images/images";
import { docker } from "../../dev/scenes/docker";
import { TestRegistry } from "../../dev/scenes/TestRegistry";
import { prepareDocker } from "../../dev/toolchain/dockerEngine";
import { DockerConnection } from "../../platforms/docker/connection";
import type { DockerEndpoint } from "../../platforms/docker/host";
import { type ProvideOptions, provideImages } from "../../platforms/docker/images";
import { SshServer } from "./SshServer";

const PASSWORD = "canary-of-the-registry";
const MEGABYTE = 1024 * 1024;

/** The header by which a Docker Engine recognises a registry. */
const GREETING = { "docker-distribution-api-version": "registry/2.0" };

describe("the images of a host", () => {
  let folder: string;
  let registry: TestRegistry;
  let guarded: TestRegistry;
  let server: SshServer;
  const servers: Server[] = [];
  const names = new Set<string>();
  const local: DockerEndpoint = { name: "local", docker: "unix:///var/run/docker.sock", ssh: {} };

  beforeAll(async () => {
    await prepareDocker();
    await prepareImages();
    folder = mkdtempSync(join(tmpdir(), "dokomodo-pulls-"));
    const users = await htpasswd();
    [registry, guarded] = [await TestRegistry.start(), await TestRegistry.start(users)];
    server = await SshServer.open();
    const subject = ["-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"];
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", at("key.pem")];
    const { execa } = await import("execa");
    await execa("openssl", ["req", "-x509", ...key, ...subject, "-out", at("cert.pem")]);
    writeFileSync(at("ca.pem"), readFileSync(at("cert.pem")));
  });
  afterAll(async () => {
    for (const each of servers) each.close();
    for (const name of names) await docker("rmi", "--force", name).catch(() => "");
    for (const connection of (await server?.connections()) ?? []) process.kill(connection);
    await Promise.all([registry?.stop(), guarded?.stop(), server?.close()]);
    rmSync(folder, { recursive: true, force: true });
  });

  test.each([
    ["this machine's engine", () => local],
    [
      "an engine over ssh",
      () => ({
        name: "beta",
        docker: server.url(),
        ssh: { knownHosts: server.file("known_hosts"), identity: server.file("user_key") },
      }),
    ],
    ["an engine over TLS", async () => ({ ...local, docker: await engineOverTls(), certificates: folder })],
  ])("are pulled with the registry's login, which no process shows: %s", async (_, endpoint) => {
    const image = await push(guarded, 8);
    const seen: [number, number][] = [];
    const watch = watchProcesses();
    const logins = [{ server: guarded.address, username: "operator", password: PASSWORD }];
    const onProgress = (_image: string, done: number, total: number) => seen.push([done, total]);
    expect(await provide(await endpoint(), [image], { logins, onProgress })).toEqual({});
    expect(watch.end()).toEqual([]);
    expect(await docker("image", "inspect", "--format", "{{.Os}}", image)).toBe("linux");
    expect(seen.at(-1)?.[1]).toBeGreaterThan(8 * MEGABYTE);
  });

  test("are used by tag and by digest when the host has them and their registry no longer answers", async () => {
    const gone = await TestRegistry.start();
    const image = await push(gone, 1);
    const digest = await gone.digest("pulls", image.split(":").at(-1) ?? "");
    const both = [image, `${image}@${digest}`, `${gone.address}/pulls@${digest}`];
    expect(await provide(local, both)).toEqual({});
    await gone.stop();
    expect(await provide(local, [...both, imageName("pause")])).toEqual({});
  });

  test("that cannot be pulled are all named, with the registry's answer and what to do", async () => {
    const secret = await push(guarded, 1);
    const tooMany = await serve((request, response) => {
      response.writeHead(request.url === "/v2/" ? 200 : 429, {
        ...GREETING,
        "content-type": "application/json",
      });
      response.end(
        '{"errors":[{"code":"TOOMANYREQUESTS","message":"You have reached your pull rate limit."}]}',
      );
    });
    const untrusted = await serveEncrypted();
    const closed = await TestRegistry.start();
    await closed.stop();
    const told = await provide(local, [
      `${registry.address}/nothing:1`,
      secret,
      `${tooMany}/busy:1`,
      `${untrusted}/strange:1`,
      `${closed.address}/gone:1`,
    ]);
    expect(told).toEqual({
      [`${registry.address}/nothing:1`]: expect.stringMatching(
        /^127\.0\.0\.1:\d+ has no such image\. Are tag and digest right\? \(manifest for \S+ not found: .*\)$/,
      ),
      [secret]: expect.stringMatching(
        /refuses without a login.* State a login in dokomodo:registries \(.*\)$/,
      ),
      [`${tooMany}/busy:1`]: expect.stringMatching(/wants fewer requests \(429\)\. Wait, or log in/),
      [`${untrusted}/strange:1`]: expect.stringMatching(
        /^the host's Docker Engine does not trust the certificate of \S+\. Put the certificate of its authority into \/etc\/docker\/certs\.d\/\S+\/ca\.crt there \(.*x509/,
      ),
      [`${closed.address}/gone:1`]: expect.stringMatching(
        /cannot be reached from the host \(.*connection refused/,
      ),
    });
    const logins = [{ server: guarded.address, username: "operator", password: "canary-of-another" }];
    const refused = await provide(local, [secret], { logins });
    expect(refused[secret]).toMatch(/refuses the login of dokomodo:registries, or it may not see the image/);
    expect(refused[secret]).not.toContain("canary");
  });

  test("are not waited for when the registry accepts the connection and then sends nothing", async () => {
    const silent = await serve((request, response) => {
      if (request.url === "/v2/") response.writeHead(200, GREETING).end();
    });
    const started = Date.now();
    const told = await provide(local, [`${silent}/quiet:1`], { silenceSeconds: 2 });
    expect(told[`${silent}/quiet:1`]).toBe(
      `${silent} does not answer the host's Docker Engine (no word for 2 s)`,
    );
    expect(Date.now() - started).toBeLessThan(10_000);
  });

  test("are complete after a download was cut once, and absent when every download stalls", async () => {
    const image = await push(registry, 2);
    let cuts = 1;
    const cutting = await cutInHalf(registry, () => cuts-- > 0);
    const through = image.replace(registry.address, cutting);
    names.add(through);
    expect(await provide(local, [through])).toEqual({});
    await docker("rmi", through);
    const stalling = await cutInHalf(registry, () => "stall");
    const stalled = image.replace(registry.address, stalling);
    const told = await provide(local, [stalled], { silenceSeconds: 2 });
    expect(told[stalled]).toMatch(/does not answer the host's Docker Engine \(no word for 2 s\)/);
    await expect(docker("image", "inspect", stalled)).rejects.toThrow("No such image");
  });

  function at(file: string): string {
    return join(folder, file);
  }

  async function provide(
    endpoint: DockerEndpoint,
    images: readonly string[],
    options: Partial<ProvideOptions> = {},
  ) {
    const connection = await DockerConnection.open(endpoint);
    try {
      return Object.fromEntries(await provideImages(connection, images, { logins: [], ...options }));
    } finally {
      connection.close();
    }
  }

  /** Pushes an image, removes it from the engine, and returns its name. */
  async function push(to: TestRegistry, megabytes: number): Promise<string> {
    const { execa } = await import("execa");
    const image = `${to.address}/pulls:${names.size}`;
    names.add(image);
    const context = mkdtempSync(join(folder, "context-"));
    writeFileSync(join(context, "file"), randomBytes(megabytes * MEGABYTE));
    writeFileSync(join(context, "Dockerfile"), "FROM scratch\nCOPY file /file\n");
    writeFileSync(
      at("config.json"),
      JSON.stringify({
        auths: { [guarded.address]: { auth: Buffer.from(`operator:${PASSWORD}`).toString("base64") } },
      }),
    );
    const env = { DOCKER_BUILDKIT: "0", DOCKER_CONFIG: folder };
    await execa("docker", ["build", "--force-rm", "--tag", image, context], { env });
    await execa("docker", ["push", image], { env });
    await docker("rmi", image);
    return image;
  }

  async function htpasswd(): Promise<string> {
    const { execa } = await import("execa");
    const { stdout } = await execa(
      "python3",
      [
        "-c",
        "import crypt,sys; print(crypt.crypt(sys.stdin.read(), crypt.mksalt(crypt.METHOD_BLOWFISH, rounds=16)))",
      ],
      { input: PASSWORD },
    );
    return `operator:${stdout}`;
  }

  async function listening(each: Server, host = "127.0.0.1"): Promise<string> {
    servers.push(each);
    await new Promise<void>((resolve) => each.listen(0, host, resolve));
    const address = each.address();
    return `${host}:${isPort(address) ? address.port : 0}`;
  }

  function serve(listener: RequestListener): Promise<string> {
    return listening(createServer(listener));
  }

  function identity() {
    return { cert: readFileSync(at("cert.pem")), key: readFileSync(at("key.pem")) };
  }

  /** Serves TLS at an address that is not loopback, where an engine accepts only a trusted certificate. */
  function serveEncrypted(): Promise<string> {
    const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
    const outside = addresses.find(({ family, internal }) => family === "IPv4" && !internal);
    return listening(createEncryptedServer(identity()), outside?.address);
  }

  async function engineOverTls(): Promise<string> {
    const options = { ...identity(), ca: readFileSync(at("ca.pem")), requestCert: true };
    const tls = createTlsServer(options, (socket) => {
      const engine = connect("/var/run/docker.sock");
      socket.pipe(engine).pipe(socket);
      for (const each of [socket, engine]) each.on("error", () => each.destroy());
    });
    return `tcp://${await listening(tls)}`;
  }

  /** A registry in front of another one. When `isCut` says so, a layer ends in the middle, or stalls there. */
  function cutInHalf(whole: TestRegistry, isCut: () => boolean | "stall"): Promise<string> {
    return serve(async (request, response) => {
      const { accept = "", range } = request.headers;
      const answer = await fetch(`http://${whole.address}${request.url}`, {
        method: request.method ?? "GET",
        headers: { accept, ...(range === undefined ? {} : { range }) },
      });
      const body = Buffer.from(await answer.arrayBuffer());
      const { connection: _, "transfer-encoding": __, ...headers } = Object.fromEntries(answer.headers);
      response.writeHead(answer.status, headers);
      const cut = body.byteLength > MEGABYTE && isCut();
      if (cut === false) response.end(body);
      else response.write(body.subarray(0, body.byteLength / 2), () => cut === true && response.destroy());
    });
  }
});

function isPort(address: string | AddressInfo | null): address is AddressInfo {
  return typeof address === "object" && address !== null;
}

/** Searches all processes' arguments and environments for the password until `end`, which returns where it was found. */
function watchProcesses(): { end(): string[] } {
  const seen = new Set<string>();
  const look = () => {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      for (const file of ["cmdline", "environ"]) {
        const text = read(`/proc/${pid}/${file}`);
        if ([PASSWORD, Buffer.from(PASSWORD).toString("base64")].some((secret) => text.includes(secret)))
          seen.add(`${pid} ${file}`);
      }
    }
  };
  const timer = setInterval(look, 20);
  return {
    end: () => {
      clearInterval(timer);
      look();
      return [...seen];
    },
  };
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
