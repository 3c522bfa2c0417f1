import { spawn } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { deriveKeys } from "../../chains/keys";
import { DEFAULT_IMAGES } from "../../notary/defaultImages";
import { FakePulumi } from "./fakePulumi";
import type { Ran } from "./run";

const PROJECT = join(__dirname, "..", "..");
const COMMAND = join(PROJECT, "cli", "bin.cjs");
const PHRASE = "canary phrase of a new node";
const KEY = deriveKeys(PHRASE).publicKey;
const DIGEST = `sha256:${"ab".repeat(32)}`;
const KOMODOD = `registry.example/komodo:1@${DIGEST}`;
const IMAGE = ["--image", `komodod=${KOMODOD}`];
const USUAL = ["--yes", "--address", "203.0.113.7", ...IMAGE];

let directory: string;
let home: string;
let pulumi: FakePulumi;
let env: Record<string, string>;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "dokomodo-init-"));
  home = mkdtempSync(join(tmpdir(), "dokomodo-init-home-"));
  for (const file of ["Pulumi.yaml", "assetchains.yaml"])
    copyFileSync(join(PROJECT, file), join(directory, file));
  pulumi = new FakePulumi(join(home, "bin"));
  env = {
    PATH: `${pulumi.folder}:${process.env["PATH"]}`,
    HOME: home,
    DOCKER_HOST: `unix://${join(home, "no.sock")}`,
  };
});
afterEach(() => {
  rmSync(directory, { recursive: true });
  rmSync(home, { recursive: true });
});

const file = () => join(directory, "Pulumi.east.yaml");
const passphraseFile = () => join(home, ".config", "dokomodo", "east.passphrase");

async function init(args: readonly string[], input = ""): Promise<Ran> {
  const options = {
    cwd: directory,
    env,
    extendEnv: false,
    input,
    reject: false,
    stripFinalNewline: false,
  } as const;
  const { exitCode, stdout, stderr } = await execa(process.execPath, [COMMAND, "init", ...args], options);
  return { status: exitCode ?? null, stdout, stderr };
}

async function succeed(args: readonly string[], input = ""): Promise<string> {
  const { status, stdout, stderr } = await init(args, input);
  expect([status, stderr]).toEqual([0, ""]);
  return stdout;
}

async function fail(args: readonly string[], input = ""): Promise<string> {
  const { status, stdout, stderr } = await init(args, input);
  expect(status).toBe(1);
  expect(stdout + stderr).not.toContain(PHRASE);
  return stderr;
}

describe("dokomodo init", () => {
  test("makes a node with a key, and ends in the plan", async () => {
    const stdout = await succeed(["east", ...USUAL, "--chains", "KMD", "BEER"], PHRASE);

    expect(stdout).toContain(`Public key ${KEY}\n`);
    expect(stdout).toMatch(/KMD {3}│ R\w{33} │[\s\S]*BEER {2}│ R\w{33} │[\s\S]*Written[\s\S]*THE PLAN/);
    expect(stdout).toContain(`export PULUMI_CONFIG_PASSPHRASE_FILE='${passphraseFile()}'\n  pulumi up\n`);
    expect(stdout).toContain("  docker ps\n  docker logs --follow east-kmd\n");
    const text = readFileSync(file(), "utf8");
    expect(text).toContain(`leads to the public key ${KEY}`);
    expect(parse(text)).toEqual({
      config: {
        "pulumi:disable-default-providers": ["docker", "kubernetes"],
        "dokomodo:hosts": [{ name: "local", docker: "unix:///var/run/docker.sock", address: "203.0.113.7" }],
        "dokomodo:images": DEFAULT_IMAGES,
        "dokomodo:daemons": { komodod: { image: KOMODOD, command: ["komodod"] } },
        "dokomodo:nodes": [{ name: "east", host: "local", chains: ["KMD", "BEER"] }],
        "dokomodo:passphrases": { east: { secure: "v1:cipher" } },
      },
      encryptionsalt: "v1:salt",
    });
    expect(pulumi.commands()).toEqual([
      "whoami --verbose --json",
      "login file://~",
      "stack --show-name --stack east",
      "stack init --secrets-provider passphrase --stack east",
      'config set --secret --path dokomodo:passphrases["east"] --stack east',
      "preview --stack east",
    ]);
  });

  test("gives secrets to nobody but Pulumi's standard input", async () => {
    const stdout = await succeed(["east", ...USUAL], PHRASE);

    const random = readFileSync(passphraseFile(), "utf8");
    expect(random).toMatch(/^[\w-]{43}$/);
    expect(statSync(passphraseFile()).mode & 0o777).toBe(0o600);
    const calls = pulumi.calls();
    expect(calls.filter(({ input }) => input === PHRASE)).toHaveLength(1);
    const told = JSON.stringify(calls.map(({ args, env: given }) => [args, given]));
    for (const secret of [PHRASE, random]) {
      expect(stdout + told + readFileSync(file(), "utf8")).not.toContain(secret);
    }
    const made = calls.filter(({ args }) =>
      ["stack init", "config set"].includes(args.slice(0, 2).join(" ")),
    );
    expect(made.map(({ env: given }) => given["PULUMI_CONFIG_PASSPHRASE_FILE"])).toEqual([
      passphraseFile(),
      passphraseFile(),
    ]);
  });

  test("makes a node without a key when nothing is given, and when none is wanted", async () => {
    for (const args of [USUAL, ["--no-key", ...USUAL]]) {
      expect(await succeed(["east", ...args])).toContain("It has no key.\n");
      expect(pulumi.commands().join()).not.toContain("config set");
    }
  });

  test("makes a notary when it is given an image of Iguana", async () => {
    const images = ["--image", `komodod=${KOMODOD}`, `litecoind=${KOMODOD}`, "--iguana-image", KOMODOD];
    await succeed(["east", "--yes", "--host", "ssh://ops@198.51.100.10", ...images], PHRASE);

    expect(parse(readFileSync(file(), "utf8"))).toMatchObject({
      config: {
        "dokomodo:hosts": [{ name: "alpha", docker: "ssh://ops@198.51.100.10", address: "198.51.100.10" }],
        "dokomodo:iguana": { image: KOMODOD },
        "dokomodo:notaries": [{ name: "east", host: "alpha", chains: ["KMD", "LTC"] }],
      },
    });
    expect(await fail(["west", "--yes", "--host", "ssh://ops@198.51.100.11", ...images])).toContain(
      "a notary needs a passphrase",
    );
  });

  test("asks one question at a terminal, and does not show what is typed", async () => {
    const { shown, status } = await atTerminal(`${PHRASE}\r`, "east", ...USUAL.slice(1));

    expect(status).toBe(0);
    expect(shown.split("(not shown)")).toHaveLength(2);
    expect(shown).toContain(KEY);
    expect(shown).not.toContain(PHRASE);
    expect(pulumi.calls().map(({ input }) => input)).toContain(PHRASE);
  });

  test("is as before after everything is lost, from the phrase alone", async () => {
    const shown = (stdout: string) => stdout.slice(stdout.indexOf("Public key"), stdout.indexOf("Written"));
    const first = await succeed(["east", ...USUAL], PHRASE);
    rmSync(file());
    rmSync(home, { recursive: true });
    mkdirSync(home);
    pulumi = new FakePulumi(join(home, "bin"));
    const second = await succeed(["east", ...USUAL], PHRASE);
    expect(shown(second)).toBe(shown(first));
  });
});

describe("in a cluster", () => {
  const CLUSTER = ["--platform", "kubernetes", "--yes", ...IMAGE];
  const kubeconfig = () => join(home, "kubeconfig");

  beforeEach(() => {
    const contexts = ["production", "staging"];
    const config = {
      apiVersion: "v1",
      kind: "Config",
      "current-context": "production",
      clusters: contexts.map((name) => ({ name, cluster: { server: `https://${name}.example:6443` } })),
      users: [{ name: "ops", user: { token: "canary" } }],
      contexts: contexts.map((name) => ({ name, context: { cluster: name, user: "ops" } })),
    };
    writeFileSync(kubeconfig(), stringify(config));
    env = { ...env, KUBECONFIG: kubeconfig() };
  });

  test("a node is made in the current context, whose name is kept", async () => {
    const stdout = await succeed(["east", ...CLUSTER], PHRASE);

    expect(stdout).toContain(
      "Node east on cluster production at https://production.example:6443 (context production, namespace dokomodo-east, any node), with KMD.\n",
    );
    expect(stdout).toContain(
      "  kubectl --context production --namespace dokomodo-east get pods\n" +
        "  kubectl --context production --namespace dokomodo-east logs --follow east-kmd-0 --container daemon\n",
    );
    expect(stdout).not.toContain("canary");
    expect(parse(readFileSync(file(), "utf8")).config).toMatchObject({
      "dokomodo:platform": "kubernetes",
      "dokomodo:kubernetes": {
        context: "production",
        namespace: "dokomodo-east",
        storage: {},
        publish: "none",
      },
      "dokomodo:hosts": [{ name: "cluster", nodes: {} }],
      "dokomodo:nodes": [{ name: "east", host: "cluster", chains: ["KMD"] }],
    });
  });

  test("a node goes where the options say", async () => {
    const args = [
      "--kubeconfig",
      kubeconfig(),
      "--context",
      "staging",
      "--namespace",
      "coins",
      "--node",
      "w-1.example",
    ];
    const storage = ["--storage-class", "ssd", "--storage", "KMD=120", "BEER=8", "--publish", "hostPort"];
    await succeed([
      "east",
      ...CLUSTER,
      "--no-key",
      "--chains",
      "KMD",
      "BEER",
      "--address",
      "203.0.113.7",
      ...args,
      ...storage,
    ]);
    expect(parse(readFileSync(file(), "utf8")).config).toMatchObject({
      "dokomodo:kubernetes": {
        kubeconfig: kubeconfig(),
        context: "staging",
        namespace: "coins",
        storageClass: "ssd",
        storage: { KMD: 120, BEER: 8 },
        publish: "hostPort",
      },
      "dokomodo:hosts": [
        { name: "cluster", nodes: { "kubernetes.io/hostname": "w-1.example" }, address: "203.0.113.7" },
      ],
    });
  });

  test("a notary says its network and where others reach it", async () => {
    const networks = join("notary", "networks");
    const season = join(networks, "season8.yaml");
    mkdirSync(join(directory, networks), { recursive: true });
    // A network of one's own has one's own key among its notaries.
    const own = readFileSync(join(PROJECT, season), "utf8").replace(/\b0[23][0-9a-f]{64}\b/, KEY);
    writeFileSync(join(directory, season), own);
    const images = ["--image", `litecoind=${KOMODOD}`, "--iguana-image", KOMODOD];
    await succeed(["east", ...CLUSTER, ...images, "--network", "main", "--address", "203.0.113.7"], PHRASE);
    expect(parse(readFileSync(file(), "utf8")).config).toMatchObject({
      "dokomodo:hosts": [{ name: "cluster", nodes: {}, address: "203.0.113.7" }],
      "dokomodo:notaries": [{ name: "east", host: "cluster", chains: ["KMD", "LTC"], network: "main" }],
    });
  });

  test("a second run with another current context says what differs", async () => {
    await succeed(["east", ...CLUSTER, "--no-key"]);
    const other = readFileSync(kubeconfig(), "utf8").replace(
      "current-context: production",
      "current-context: staging",
    );
    writeFileSync(kubeconfig(), other);
    expect(await fail(["east", ...CLUSTER, "--no-key"])).toContain(
      "has other values than this command would write: dokomodo:kubernetes.",
    );
  });

  test.each<[string, readonly string[], string]>([
    ["a context that is not there", ["--context", "prod"], "has no context prod; it has production, staging"],
    ["a Docker host", ["--host", "ssh://ops@198.51.100.10"], "--host is for a Docker host"],
    ["a size without a chain", ["--storage", "120"], "has to be a chain and its GiB, such as KMD=120"],
    ["a size of a chain that it has not", ["--storage", "KMF=120"], "runs a chain KMF"],
    ["a namespace that is none", ["--namespace", "East"], "a DNS label"],
    ["an address that is none", ["--address", "alpha"], "state an IPv4 address"],
    ["a network without Iguana", ["--network", "main"], "--network is for a notary"],
    [
      "a notary that nobody reaches",
      ["--chains", "KMD", "LTC", "--image", `litecoind=${KOMODOD}`, "--iguana-image", KOMODOD],
      "--address",
    ],
  ])("%s is refused before the question", async (_, args, message) => {
    const told = await init(["east", ...CLUSTER.filter((arg) => arg !== "--yes"), ...args], PHRASE);
    expect(told.status).toBe(1);
    expect(told.stderr).toContain(message);
    expect(told.stdout + told.stderr).not.toContain("Public key");
    expect(existsSync(file())).toBe(false);
  });

  test("options of a cluster are refused for a Docker host", async () => {
    expect(await fail(["east", ...USUAL, "--context", "staging"], PHRASE)).toContain(
      "--context is for a cluster",
    );
  });
});

describe("a second run of the same command", () => {
  test("changes nothing when the first one succeeded", async () => {
    await succeed(["east", ...USUAL], PHRASE);
    const before = readFileSync(file(), "utf8");
    expect(await succeed(["east", ...USUAL], PHRASE)).toMatch(/As it was: Pulumi.east.yaml[\s\S]*THE PLAN/);
    expect(readFileSync(file(), "utf8")).toBe(before);
  });

  test.each(["login", "stack --show-name", "stack init", "config set", "preview"])(
    "goes on when `pulumi %s` failed",
    async (words) => {
      pulumi.failFor(words);
      await fail(["east", ...USUAL], PHRASE);
      pulumi.failFor(undefined);
      expect(await succeed(["east", ...USUAL], PHRASE)).toContain("THE PLAN");
      expect(parse(readFileSync(file(), "utf8"))).toMatchObject({
        config: { "dokomodo:passphrases": { east: { secure: "v1:cipher" } } },
        encryptionsalt: "v1:salt",
      });
      expect(pulumi.commands().filter((each) => each.startsWith("config get"))).toHaveLength(
        words === "preview" ? 1 : 0,
      );
    },
  );

  test("refuses another passphrase, and none", async () => {
    await succeed(["east", ...USUAL], PHRASE);
    const before = readFileSync(file(), "utf8");
    expect(await fail(["east", ...USUAL], "another")).toContain("Pulumi.east.yaml has another passphrase");
    expect(await fail(["east", ...USUAL])).toContain("has a passphrase. Give it to this command");
    expect(readFileSync(file(), "utf8")).toBe(before);
  });

  test("refuses other values, and names them, before it asks", async () => {
    await succeed(["east", ...USUAL], PHRASE);
    expect(await fail(["east", ...USUAL, "--chains", "KMD", "BEER"], PHRASE)).toMatch(
      /has other values than this command would write: dokomodo:nodes\. To change the stack, change the file/,
    );
  });

  test("fills the file that `pulumi new` or `pulumi stack init` made", async () => {
    pulumi.logIn("file://~");
    writeFileSync(file(), "encryptionsalt: v1:salt\n");
    writeFileSync(join(pulumi.folder, "stack"), "east");
    env = { ...env, PULUMI_CONFIG_PASSPHRASE: "of no account" };
    await succeed(["east", ...USUAL], PHRASE);
    expect(parse(readFileSync(file(), "utf8"))).toMatchObject({
      config: { "dokomodo:nodes": [{ name: "east" }], "dokomodo:passphrases": {} },
      encryptionsalt: "v1:salt",
    });
    expect(existsSync(passphraseFile())).toBe(false);
  });
});

describe("refusals leave nothing behind", () => {
  test.each<[string, readonly string[], string, string]>([
    ["a name that is none of a node", ["East"], PHRASE, "the stack's name is East"],
    ["an unknown chain", ["east", "--chains", "KMF"], PHRASE, 'no chain and no set has the name "KMF"'],
    [
      "a daemon without a known image",
      ["east", "--chains", "MCL"],
      PHRASE,
      "--image marmarad=<image>@sha256:<digest>",
    ],
    ["an image for nobody", ["east", "--image", "litecoind=x"], PHRASE, "--image names litecoind"],
    ["an image without a name", ["east", "--image", "litecoin"], PHRASE, "has to be name=image"],
    [
      "a digest that nobody knows",
      ["east"],
      PHRASE,
      "the digest of komodod's image is not known: the Docker Engine",
    ],
    ["a host on TCP", ["east", "--host", "tcp://a:1"], PHRASE, "ssh://user@host[:port]"],
    [
      "a host without an address",
      ["east", ...IMAGE, "--host", "ssh://ops@alpha"],
      PHRASE,
      "--address 203.0.113.7",
    ],
    ["a passphrase that ends a line", ["east", ...USUAL], `${PHRASE}\n`, "ends in a newline"],
    ["a notary without a key", ["east", "--no-key", "--iguana-image", "x"], "", "a notary needs a key"],
    ["a password in an argument", ["east", "--backend", "postgres://a:b@c/d"], "", "set PULUMI_BACKEND_URL"],
    [
      "Iguana's chains without their destination",
      ["east", ...USUAL, "--iguana-image", KOMODOD, "--chains", "KMD"],
      PHRASE,
      "LTC",
    ],
  ])("%s", async (_, args, input, message) => {
    const before = readdirSync(directory);
    expect(await fail([...args, "--yes"], input)).toContain(message);
    expect(readdirSync(directory)).toEqual(before);
    expect(existsSync(passphraseFile())).toBe(false);
    expect(pulumi.commands().filter((command) => !command.startsWith("whoami"))).toEqual([]);
  });

  test("a stack that the backend has, and whose file is gone", async () => {
    writeFileSync(join(pulumi.folder, "stack"), "east");
    expect(await fail(["east", ...USUAL], PHRASE)).toContain("Bring the file back from version control");
    expect(existsSync(file())).toBe(false);
  });

  test("a stack's passphrase that is lost, empty or open to others", async () => {
    await succeed(["east", ...USUAL], PHRASE);
    chmodSync(passphraseFile(), 0o644);
    expect(await fail(["east", ...USUAL], PHRASE)).toContain("can be read by others; run chmod 600");
    chmodSync(passphraseFile(), 0o600);
    writeFileSync(passphraseFile(), "");
    expect(await fail(["east", ...USUAL], PHRASE)).toContain("is empty");
    rmSync(passphraseFile());
    expect(await fail(["east", ...USUAL], PHRASE)).toContain("Bring that file back");
  });
});

describe("the backend and what encrypts", () => {
  const logins = () => pulumi.commands().filter((command) => command.startsWith("login"));

  test("a login that is there stays, unless another one is asked for", async () => {
    pulumi.logIn("s3://bucket");
    expect(await succeed(["east", ...USUAL])).toContain("The state is in s3://bucket.");
    expect(logins()).toEqual([]);
    const folder = `file://${join(home, "state")}`;
    await succeed(["east", ...USUAL, "--backend", folder]);
    expect(logins()).toEqual([`login ${folder}`]);
    expect(existsSync(join(home, "state"))).toBe(true);
  });

  test("PULUMI_BACKEND_URL counts, and is not shown", async () => {
    env = { ...env, PULUMI_BACKEND_URL: "postgres://a:canary@b/c" };
    expect(await succeed(["east", ...USUAL])).not.toContain("canary");
    expect(logins()).toEqual([]);
    expect(await fail(["west", ...USUAL, "--backend", "s3://bucket"])).toContain("name two backends");
  });

  test("a KMS needs no passphrase", async () => {
    await succeed(["east", ...USUAL, "--secrets-provider", "awskms://alias/nodes"], PHRASE);
    expect(pulumi.commands()).toContain("stack init --secrets-provider awskms://alias/nodes --stack east");
    expect(existsSync(passphraseFile())).toBe(false);
  });
});

describe("digests, where a Docker Engine asks the registries", () => {
  let engine: Server;
  const asked: string[] = [];
  let answer: (image: string) => { status: number; body: unknown };

  beforeEach(async () => {
    asked.length = 0;
    engine = createServer((request, response) => {
      const image = /\/distribution\/(.+)\/json$/.exec(decodeURIComponent(request.url ?? ""))?.[1];
      if (image !== undefined) asked.push(image);
      const isPing = request.url?.endsWith("/_ping") === true;
      const { status, body } = image === undefined ? { status: isPing ? 200 : 404, body: {} } : answer(image);
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
    const socket = join(home, "engine.sock");
    await new Promise<void>((done) => engine.listen(socket, done));
    env = { ...env, DOCKER_HOST: `unix://${socket}` };
  });
  afterEach(() => new Promise((done) => engine.close(done)));

  test("are looked up for tags, and checked for the rest", async () => {
    answer = (image) => ({ status: 200, body: { Descriptor: { digest: image.split("@")[1] ?? DIGEST } } });
    const stdout = await succeed(["east", "--yes", "--address", "203.0.113.7"]);
    expect(stdout).not.toContain("not checked");
    expect(asked.sort()).toEqual(
      [
        `haproxy@${DEFAULT_IMAGES.proxy.split("@")[1]}`,
        "komodoofficial/komodo:cd_release_e0f463a_master",
        `node@${DEFAULT_IMAGES.agent.split("@")[1]}`,
      ].sort(),
    );
    const config = parse(readFileSync(file(), "utf8")).config;
    expect(config["dokomodo:images"]).toEqual(DEFAULT_IMAGES);
    expect(config["dokomodo:daemons"]).toEqual({
      komodod: { image: `komodoofficial/komodo:cd_release_e0f463a_master@${DIGEST}` },
    });
  });

  test("that a registry does not have are refused", async () => {
    answer = () => ({ status: 404, body: { message: "manifest unknown" } });
    expect(await fail(["east", ...USUAL])).toMatch(
      /the image of proxy: docker\.io has no haproxy@sha256:[\s\S]*the image of komodod[\s\S]*3 problems; nothing was written/,
    );
  });

  test("are written unchecked, and said to be, where the registry does not answer", async () => {
    answer = () => ({ status: 500, body: { message: "dial tcp: no such host" } });
    const stdout = await succeed(["east", ...USUAL]);
    expect(stdout).toContain(`proxy: ${DEFAULT_IMAGES.proxy} (not checked)\n`);
    expect(stdout).toContain("Not checked: asking docker.io failed: dial tcp: no such host\n");
  });
});

/** Runs the command at a terminal, and types a text when it asks. */
function atTerminal(
  text: string,
  ...args: readonly string[]
): Promise<{ shown: string; status: number | null }> {
  const words = [process.execPath, COMMAND, "init", ...args].map((word) => `'${word}'`).join(" ");
  const child = spawn("script", ["--quiet", "--return", "--command", words, "/dev/null"], {
    cwd: directory,
    env,
  });
  let shown = "";
  let isTyped = false;
  child.stdout.on("data", (chunk) => {
    shown += chunk;
    if (isTyped || !shown.includes("(not shown)")) return;
    isTyped = true;
    child.stdin.write(text);
  });
  return new Promise((done) => child.on("close", (status) => done({ shown, status })));
}
