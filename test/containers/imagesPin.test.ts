import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { imageName, prepareImages } from "../../dev/images/images";
import { docker } from "../../dev/scenes/docker";
import { TestRegistry } from "../../dev/scenes/TestRegistry";
import { prepareDocker } from "../../dev/toolchain/dockerEngine";
import { dokomodo, type Ran } from "../cli/run";

const PASSWORD = "hunter2";
/** A line of htpasswd with the bcrypt hash of PASSWORD. */
const USERS = "operator:$2b$04$.pvoGpnK7wsodtGVTUzaD.N0uXwXaxu5NV/yhe3DzK44BAIu1ONFW";

let registry: TestRegistry;
let guarded: TestRegistry;
let directory: string;
const pushed = new Set<string>();

beforeAll(async () => {
  await prepareDocker();
  await prepareImages();
  registry = await TestRegistry.start();
  guarded = await TestRegistry.start(USERS);
});
afterAll(async () => {
  if (pushed.size > 0) await docker("rmi", ...pushed);
  await registry?.stop();
  await guarded?.stop();
});

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "dokomodo-pin-"));
  write("assetchains.yaml", "chains:\n  - { symbol: KMD }\n");
});
afterEach(() => rmSync(directory, { recursive: true }));

function write(name: string, text: string): void {
  writeFileSync(join(directory, name), text);
}

function read(name: string): string {
  return readFileSync(join(directory, name), "utf8");
}

/** Runs the command as a user whose only logins are those of `DOCKER_CONFIG`. */
function pin(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Ran {
  const host = process.env["DOCKER_HOST"];
  const engine = host === undefined ? {} : { DOCKER_HOST: host };
  return dokomodo(["images", "pin", ...args], "", {
    cwd: directory,
    env: { HOME: directory, ...engine, ...env },
  });
}

/** Pushes a tiny image and returns its name. Another label makes another image. */
async function push(
  name: string,
  label = "first",
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { execa } = await import("execa");
  // Otherwise the engine would keep the earlier image without a tag.
  if (pushed.has(name)) await docker("rmi", name);
  const input = `FROM ${imageName("pause")}\nLABEL test.images-pin=${label}\n`;
  await execa("docker", ["build", "--force-rm", "--tag", name, "-"], {
    input,
    env: { DOCKER_BUILDKIT: "0" },
  });
  pushed.add(name);
  await execa("docker", ["push", name], { env });
  return name;
}

describe("dokomodo images pin", () => {
  test("writes the registry's digests, and the engine can pull what is written", async () => {
    const one = await push(`${registry.address}/pair:one`, "one");
    const two = await push(`${registry.address}/pair:two`, "two");
    const config = `config:\n  dokomodo:images:\n    pause: ${one}§ # the first\n    proxy: "${two}§"\n`;
    const list = `chains:\n  - {"ac_name": "BEER", "image": "${one}§"}\n`;
    write("Pulumi.east.yaml", config.replaceAll("§", ""));
    write("assetchains.yaml", list.replaceAll("§", ""));

    const digests = [await registry.digest("pair", "one"), await registry.digest("pair", "two")];
    expect(pin()).toEqual({
      status: 0,
      stdout:
        `Pulumi.east.yaml:3:12: ${one} -> ${one}@${digests[0]}\n` +
        `Pulumi.east.yaml:4:12: ${two} -> ${two}@${digests[1]}\n` +
        `assetchains.yaml:2:34: ${one} -> ${one}@${digests[0]}\n`,
      stderr: "",
    });
    expect(read("Pulumi.east.yaml")).toBe(
      config.replace("§", `@${digests[0]}`).replace("§", `@${digests[1]}`),
    );
    expect(read("assetchains.yaml")).toBe(list.replace("§", `@${digests[0]}`));
    expect(pin(["--check"]).stdout).toBe(
      "all 3 images of Pulumi.east.yaml and assetchains.yaml have a digest\n",
    );

    const label = ["inspect", "--format", '{{index .Config.Labels "test.images-pin"}}'];
    await docker("rmi", one, two);
    await docker("pull", `${two}@${digests[1]}`);
    expect(await docker(...label, `${two}@${digests[1]}`)).toBe("two");
    await docker("rmi", `${two}@${digests[1]}`);
    pushed.delete(one);
    pushed.delete(two);
  });

  test("changes the digest of a moved tag only with --update", async () => {
    const name = await push(`${registry.address}/moving:1`);
    write("Pulumi.east.yaml", `config:\n  dokomodo:iguana: { image: ${name} }\n`);
    pin();
    const before = `${name}@${await registry.digest("moving", "1")}`;

    await push(name, "second");
    const after = `${name}@${await registry.digest("moving", "1")}`;
    expect(after).not.toBe(before);
    expect(pin().stdout).toBe(`Pulumi.east.yaml:2:29: ${before}: already pinned\n`);
    expect(pin(["--update"]).stdout).toBe(`Pulumi.east.yaml:2:29: ${before} -> ${after}\n`);
    expect(read("Pulumi.east.yaml")).toBe(`config:\n  dokomodo:iguana: { image: ${after} }\n`);
    expect(pin(["--update"]).stdout).toBe(`Pulumi.east.yaml:2:29: ${after}: the tag has not moved\n`);
  });

  test("does not look up an image that has a digest and no tag", async () => {
    const image = `127.0.0.1:1/none@sha256:${"0".repeat(64)}`;
    write("Pulumi.east.yaml", `config:\n  dokomodo:iguana: { image: "${image}" }\n`);

    expect(pin(["--update"])).toEqual({
      status: 0,
      stdout: `Pulumi.east.yaml:2:29: ${image}: already pinned, without a tag\n`,
      stderr: "",
    });
  });

  test.each([
    ["Docker's", "application/vnd.docker.distribution.manifest.list.v2+json"],
    ["OCI's", "application/vnd.oci.image.index.v1+json"],
  ])("uses the digest of the index when an image has several platforms, in %s form", async (_, mediaType) => {
    const name = await push(`${registry.address}/platforms:single`);
    const index = await registry.putIndex("platforms", "many", mediaType, "single");
    const many = name.replace("single", "many");
    write("Pulumi.east.yaml", `config:\n  dokomodo:iguana: { image: ${many} }\n`);

    expect(index).not.toBe(await registry.digest("platforms", "single"));
    expect(pin().stdout).toBe(`Pulumi.east.yaml:2:29: ${many} -> ${many}@${index}\n`);
  });

  test("reports for all images at once why they cannot be looked up, and writes nothing", async () => {
    const name = await push(`${registry.address}/there:1`);
    const gone = await TestRegistry.start();
    await gone.stop();
    const config =
      `config:\n  dokomodo:images:\n    pause: ${name}\n    proxy: ${registry.address}/there:2\n` +
      `    agent: ${imageName("node")}\n  dokomodo:iguana:\n    image: ${gone.address}/iguana\n`;
    write("Pulumi.east.yaml", config);

    const { status, stdout, stderr } = pin();
    expect([status, stdout]).toEqual([1, ""]);
    const [proxy, agent, iguana, end] = stderr.split("\n");
    const cannot = "and its digest cannot be looked up:";
    expect(proxy).toBe(
      `Pulumi.east.yaml:4:12: dokomodo:images.proxy is ${registry.address}/there:2, ${cannot} ` +
        `${registry.address} has no ${registry.address}/there:2 (manifest unknown: manifest unknown)`,
    );
    expect(agent).toContain(
      `Pulumi.east.yaml:5:12: dokomodo:images.agent is ${imageName("node")}, ${cannot} `,
    );
    expect(agent).toContain(
      "the Docker Engine itself has an image of that name, which came from no registry: push it to one, or leave it " +
        "by tag in a development stack (dokomodo:development: true)",
    );
    expect(iguana).toContain(
      `Pulumi.east.yaml:7:12: dokomodo:iguana.image is ${gone.address}/iguana, ${cannot} asking ${gone.address} failed: `,
    );
    expect(iguana).toContain("connection refused");
    expect(end).toBe("3 problems; nothing was changed.");
    expect(read("Pulumi.east.yaml")).toBe(config);
  });
});

describe("a registry that needs a login", () => {
  /** A folder such as ~/.docker, with the config that `docker login` writes. */
  function login(config: object): { DOCKER_CONFIG: string } {
    write("config.json", JSON.stringify(config));
    return { DOCKER_CONFIG: directory };
  }
  const auth = (password: string) => Buffer.from(`operator:${password}`).toString("base64");
  let name: string;

  beforeEach(async () => {
    name = `${guarded.address}/guarded:1`;
    write("Pulumi.east.yaml", `config:\n  dokomodo:iguana: { image: ${name} }\n`);
    await push(name, "first", login({ auths: { [guarded.address]: { auth: auth(PASSWORD) } } }));
  });

  test("accepts the login that docker stores in clear", async () => {
    const env = login({ auths: { [guarded.address]: { auth: auth(PASSWORD) } } });

    expect(pin([], env)).toMatchObject({ status: 0, stderr: "" });
    expect(read("Pulumi.east.yaml")).toMatch(`{ image: ${name}@sha256:`);
  });

  test.each([
    [
      "there is no login",
      () => ({}),
      "has no such image, or refuses without a login ",
      "log in with docker login ",
    ],
    [
      "the login is wrong",
      () => ({ auths: { [guarded.address]: { auth: auth("another") } } }),
      "refuses the login in ",
      "it may not see the image, or docker login ",
    ],
    [
      "the login is in a helper",
      () => ({ auths: { [guarded.address]: {} }, credsStore: "desktop" }),
      "refuses without a login ",
      "one that docker keeps in docker-credential-desktop is not read: write the digest that docker pull prints behind ",
    ],
  ])("is reported, with what to do, when %s", (_, config, what, remedy) => {
    const { status, stdout, stderr } = pin([], login(config()));

    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(`Pulumi.east.yaml:2:29: dokomodo:iguana.image is ${name}, `);
    expect(stderr).toContain(`${guarded.address} ${what}`);
    expect(stderr).toContain(remedy);
    for (const secret of ["another", auth("another")]) expect(stderr).not.toContain(secret);
  });
});
