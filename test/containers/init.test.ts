import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { imageName, prepareImages } from "../../dev/images/images";
import { docker } from "../../dev/scenes/docker";
import { FileServer } from "../../dev/scenes/FileServer";
import { removeLeftovers } from "../../dev/scenes/leftovers";
import { height, SYMBOLS, untilWhole } from "../../dev/scenes/notary";
import { PARAMETERS, parameterDownloads } from "../../dev/scenes/parameters";
import { quietHome } from "../../dev/scenes/quietHome";
import { inRegtest } from "../../dev/scenes/regtest";
import { layProject } from "../../dev/scenes/StackProject";
import { TestRegistry } from "../../dev/scenes/TestRegistry";
import { prepareDocker } from "../../dev/toolchain/dockerEngine";
import { preparePulumi } from "../../dev/toolchain/pulumiEnvironment";

const PROJECT = join(__dirname, "../..");
const NODE = "sunrise";
const PHRASE = "canary phrase at sunrise";
const ADDRESS = "127.0.0.13";
/** The testbed's images by what they are for. The komodod is like the published one: root, no home, no parameters. */
const IMAGES = {
  proxy: "haproxy",
  agent: "node",
  komodod: "komodod-published",
  litecoind: "litecoind-regtest",
  iguana: "iguana-stand-in",
} as const;

let registry: TestRegistry;
let server: FileServer;

beforeAll(async () => {
  await prepareDocker();
  await prepareImages();
  registry = await TestRegistry.start();
  // Containers of the engine's usual network reach this machine there. A new engine does not name the gateway of that
  // network until it is started again.
  const { stdout } = await execa("ip", ["-4", "-json", "address", "show", "docker0"]);
  server = await FileServer.start(JSON.parse(stdout)[0].addr_info[0].local, PARAMETERS);
  for (const name of Object.values(IMAGES)) {
    await docker("tag", imageName(name), pushed(name));
    await docker("push", "--quiet", pushed(name));
  }
});
afterAll(async () => {
  await removeLeftovers(NODE);
  await server?.stop();
  if (registry === undefined) return;
  await docker("rmi", ...Object.values(IMAGES).map(pushed)).catch(() => "");
  await registry.stop();
});

/** The name of an image in the registry. The daemon's is the one that it has in a mirror of Docker Hub. */
const pushed = (name: string) =>
  `${registry.address}/${name === IMAGES.komodod ? "komodoofficial/komodo" : name}:dev`;

interface Life {
  /** What the command printed about the key. */
  readonly keys: string;
  readonly outputs: unknown;
  /** Seconds of the command, of the `up`, and until Iguana saw all chains after it. */
  readonly seconds: readonly number[];
}

type Kind = "notary" | "node";

/** Makes the node on an engine that has nothing of it, as an operator with nothing but the phrase. */
async function live(kind: Kind): Promise<Life> {
  await removeLeftovers(NODE);
  await forgetParameters();
  for (const name of PARAMETERS.keys()) server.fail(name, { kind: "dropped", share: 0.5 });
  const served = server.served.length;
  const root = await mkdtemp(join(tmpdir(), "dokomodo-sunrise-"));
  try {
    const folder = join(root, "project");
    await mkdir(folder);
    await mkdir(join(root, "user"));
    layProject(folder, "package.json");
    const engine = await preparePulumi({ byHand: false });
    const env = {
      ...engine.env,
      PATH: `${dirname(engine.pulumi)}:${engine.env["PATH"]}`,
      HOME: join(root, "user"),
      PULUMI_HOME: quietHome(root),
      PULUMI_CONFIG_PASSPHRASE_FILE: undefined,
      PULUMI_CONFIG_PASSPHRASE: undefined,
      PULUMI_BACKEND_URL: undefined,
    };
    const started = Date.now();
    const { iguana, ...images } = IMAGES;
    const args = [
      ...["init", NODE, "--yes", "--address", ADDRESS, "--backend", `file://${join(root, "state")}`],
      ...["--chains", ...SYMBOLS, ...(kind === "notary" ? ["--iguana-image", pushed(iguana)] : [])],
      ...["--image", ...Object.entries(images).map(([owner, name]) => `${owner}=${pushed(name)}`)],
    ];
    const command = [join(PROJECT, "cli/bin.cjs"), ...args];
    const { stdout } = await execa(process.execPath, command, { cwd: folder, env, input: PHRASE });
    expect(stdout).not.toContain("not checked");
    const planned = Date.now();
    const file = join(folder, `Pulumi.${NODE}.yaml`);
    await writeFile(file, ofTestbed(await readFile(file, "utf8")));
    const own = {
      ...env,
      PULUMI_CONFIG_PASSPHRASE_FILE: join(root, "user/.config/dokomodo", `${NODE}.passphrase`),
    };
    const pulumi = (...words: readonly string[]) =>
      execa("pulumi", [...words, "--non-interactive", "--stack", NODE], {
        cwd: folder,
        env: own,
        stdin: "ignore",
      });
    await pulumi("up", "--yes", "--skip-preview");
    const deployed = Date.now();
    await (kind === "notary" ? untilWhole(NODE, 180) : untilAllAnswer());
    const seconds = [planned - started, deployed - planned, Date.now() - deployed].map((each) => each / 1000);
    console.log(
      `a ${kind}: init, up and all chains took ${seconds.map((each) => each.toFixed(0)).join(", ")} s`,
    );
    expectFetchedOnce(served);
    const outputs = JSON.parse((await pulumi("stack", "output", "--json")).stdout);
    return { keys: stdout.slice(stdout.indexOf("Public key"), stdout.indexOf("Written")), outputs, seconds };
  } finally {
    await removeLeftovers(NODE);
    await forgetParameters();
    await rm(root, { recursive: true, force: true });
  }
}

/** Waits until each chain's daemon says its height. */
async function untilAllAnswer(): Promise<void> {
  for (const symbol of SYMBOLS) {
    const said = () => height(NODE, symbol).catch(() => undefined);
    await expect.poll(said, { timeout: 180_000 }).toEqual(expect.any(Number));
  }
}

/** Expects that each file was fetched once for all chains, from where the connection broke off. */
function expectFetchedOnce(served: number): void {
  for (const [name, content] of PARAMETERS) {
    const requests = server.served.slice(served).filter((request) => request.name === name);
    const bytes = requests.reduce((sum, request) => sum + request.bytes, 0);
    // What was sent last may be lost when the connection breaks off.
    expect(bytes / content.length, name).toBeLessThan(1.4);
    expect(requests.at(-1)?.start, name).toBeGreaterThan(0);
  }
}

/**
 * Deletes the testbed's parameter files on the engine, and their volume if nothing is left in it. Those of a real node may
 * be in the same volume, and stay.
 */
async function forgetParameters(): Promise<void> {
  const files = parameterDownloads("").map(({ sha256 }) => `/downloads/${sha256}*`);
  const script = `rm -f ${files.join(" ")}; ls -A /downloads`;
  const mounted = ["--rm", "--volume", "dokomodo-downloads:/downloads", "--user", "0", "--entrypoint", "sh"];
  const left = await docker("run", ...mounted, imageName("node"), "-c", script);
  if (left === "") await docker("volume", "rm", "dokomodo-downloads");
}

/** A stack's file with what only the testbed wants: regtest, its own parameter files, and an address of loopback. */
function ofTestbed(text: string): string {
  const { config, ...rest } = parse(text);
  const iguana = config["dokomodo:iguana"];
  const elected = {
    BTCminsigs: 1,
    minsigs: 1,
    seeds: Array(8).fill("127.0.0.1"),
    notaries: [{ [NODE]: "own" }],
  };
  return stringify({
    ...rest,
    config: {
      ...inRegtest(config, parameterDownloads(server.url)),
      "dokomodo:hosts": config["dokomodo:hosts"].map((host: object) => ({ ...host, listen: ADDRESS })),
      ...(iguana === undefined ? {} : { "dokomodo:iguana": { ...iguana, memory: 256, elected } }),
    },
  });
}

test.each<Kind>(["notary", "node"])(
  "one command and one phrase lead to all chains of a %s, and after everything is lost to the same",
  async (kind) => {
    const first = await live(kind);
    expect(await docker("volume", "ls", "--quiet", "--filter", `name=^${NODE}-`)).toBe("");
    const second = await live(kind);

    expect(first.keys).toMatch(/^Public key 0[23][0-9a-f]{64}\n[\s\S]*KMD[\s\S]*PIZZA/);
    expect(second.keys).toBe(first.keys);
    const node = ({ outputs }: Life) => {
      const { publicKey, addresses } = Object(outputs)[kind === "notary" ? "notaries" : "nodes"][NODE];
      return { publicKey, addresses };
    };
    expect(node(second)).toEqual(node(first));
    expect(Object.keys(node(first).addresses).sort()).toEqual([...SYMBOLS].sort());
    // The testbed's downloads are small, and its chains are new. The rest is what a host takes.
    for (const { seconds } of [first, second]) {
      expect(seconds.reduce((sum, each) => sum + each)).toBeLessThan(300);
    }
  },
);
