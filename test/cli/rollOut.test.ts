import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { nextStep } from "../../cli/rollOut/authority";
import { FakePulumi } from "./fakePulumi";
import { dokomodo } from "./run";

const image = (name: string, digit: string) => `${name}@sha256:${digit.repeat(64)}`;
const [OLD, NEW, OTHER] = [image("komodod", "0"), image("komodod", "1"), image("komodod", "2")];

const CHAINS = `chains:
  - { symbol: KMD, notary: .litecoin/litecoin.conf }
  - { symbol: LTC, daemon: litecoind, p2pPort: 9333, rpcPort: 9332 }
  - { ac_name: BEER, ac_supply: 100000000 }
  - { ac_name: PIZZA, ac_supply: 100000000, image: "${OTHER}" }
  - { symbol: FAR, daemon: fard, p2pPort: 21000, rpcPort: 21001, url: "https://far.example:443" }
`;
const CONFIG = `encryptionsalt: v1:salt
config:
  dokomodo:hosts:
    - { name: alpha, docker: "unix:///nowhere/docker.sock", address: 192.0.2.1 }
  dokomodo:images: { proxy: "${image("haproxy", "3")}", agent: "${image("node", "4")}" }
  dokomodo:daemons:
    # The komodod of all assetchains.
    komodod: { image: "${OLD}" } # since January
    litecoind: { image: "${image("litecoind", "5")}" }
  dokomodo:iguana: { image: "${image("iguana", "6")}" }
  dokomodo:rollOut: { seconds: 600 }
  dokomodo:notaries:
    - { name: east, host: alpha, chains: [KMD, LTC, BEER, PIZZA] }
  dokomodo:nodes:
    - name: explorer
      host: alpha
      linkPort: 7444
      portOffset: 1000
      chains: [BEER]
  dokomodo:passphrases:
    east: { secure: "v1:" }
`;

let directory: string;
let pulumi: FakePulumi;
const file = () => join(directory, "Pulumi.test.yaml");
const text = () => readFileSync(file(), "utf8");

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "dokomodo-roll-out-"));
  writeFileSync(join(directory, "assetchains.yaml"), CHAINS);
  writeFileSync(file(), CONFIG);
  pulumi = new FakePulumi(join(directory, "bin"));
});
afterEach(() => rmSync(directory, { recursive: true }));

function run(...args: readonly string[]) {
  return dokomodo(args, "", { cwd: directory, env: { PATH: `${pulumi.folder}:${process.env["PATH"]}` } });
}

/** The roll-out and the images that Pulumi was given, for each of its commands. */
function configs() {
  return pulumi.calls().flatMap(({ args: [command], config }) => {
    if (config === undefined) return [];
    const { config: given } = parse(config);
    return { command, rollOut: given["dokomodo:rollOut"], komodod: given["dokomodo:daemons"].komodod.image };
  });
}

describe("dokomodo upgrade", () => {
  test("writes the image and nothing else, and leaves its roll-out out of the file", () => {
    chmodSync(file(), 0o640);
    const { stdout } = run(
      "upgrade",
      "komodod",
      "--image",
      NEW,
      "--yes",
      "--canary",
      "BEER",
      "--at-once",
      "3",
    );
    expect(text()).toBe(CONFIG.replace(OLD, NEW));
    expect(statSync(file()).mode & 0o777).toBe(0o640);
    const rollOut = { seconds: 600, canary: "BEER", canarySeconds: 60, atOnce: 3 };
    expect(configs()).toEqual([{ command: "up", rollOut, komodod: NEW }]);
    expect(pulumi.commands()[0]).toMatch(/^up --yes --skip-preview --stack test --config-file \S+/);
    expect(stdout).toContain(`east-kmd (host alpha): ${OLD} -> ${NEW}\n`);
    expect(stdout).toContain(`explorer-beer (host alpha): ${OLD} -> ${NEW}\n`);
    expect(stdout).toContain(`east-pizza stays: an image of its own is stated for it, ${OTHER}\n`);
    expect(stdout).not.toContain("ltc");
    expect(stdout).toContain("THE UP\n");
  });

  test("shows the plan before it asks, and changes nothing if nobody can be asked", () => {
    const { status, stdout, stderr } = run("upgrade", "iguana", "--image", image("iguana", "7"));
    expect(status).toBe(1);
    expect(pulumi.commands().map((line) => line.split(" ")[0])).toEqual(["preview"]);
    expect(stdout).toMatch(/^east-iguana \(host alpha\): iguana@\S+ -> iguana@\S+\nTHE PLAN\n$/);
    expect(stderr).toMatch(/^nobody can be asked, .* With --yes/);
    expect(text()).toBe(CONFIG);
  });

  test("changes nothing if there is no plan", () => {
    pulumi.failFor("preview");
    const { status, stderr } = run("upgrade", "komodod", "--image", NEW);
    expect([status, text()]).toEqual([1, CONFIG]);
    expect(stderr).toContain("there is no plan, as is said above; nothing was changed");
  });

  test.each([
    [
      "a daemon that the stack does not run",
      ["komodo", "--image", NEW],
      /^the stack runs no komodo; did you mean "komodod"\?/,
    ],
    [
      "an image without a digest",
      ["komodod", "--image", "komodod:2"],
      /^Pulumi\.test\.yaml:8:\d+: .*komodod:2[\s\S]*1 problem; nothing was changed/,
    ],
    [
      "a canary that the stack does not run",
      ["komodod", "--image", NEW, "--canary", "BEET"],
      /^dokomodo:rollOut\.canary is BEET, .*did you mean "BEER"\?\n1 problem; nothing was changed/,
    ],
    ["a time that is no number", ["komodod", "--image", NEW, "--watch", "soon"], /It is a whole number/],
  ])("refuses %s before anything is run", (_, args, told) => {
    const { status, stderr } = run("upgrade", ...args, "--yes");
    expect([status, pulumi.calls(), text()]).toEqual([1, [], CONFIG]);
    expect(stderr).toMatch(told);
  });

  test("says how to go back if the up stops, and does the rest if it is called again", () => {
    pulumi.failFor("up");
    const { status, stderr } = run("upgrade", "komodod", "--image", NEW, "--yes");
    expect(status).toBe(1);
    expect(stderr).toContain("Pulumi.test.yaml is changed already.");
    expect(stderr).toContain("`dokomodo rollback komodod --stack test` goes back to what ran before.");
    pulumi.failFor(undefined);
    const { stdout } = run("upgrade", "komodod", "--image", NEW, "--yes");
    expect(stdout).toContain("Pulumi.test.yaml says this already. What an earlier up left is done now.\n");
    expect(text()).toBe(CONFIG.replace(OLD, NEW));
    expect(configs().map(({ komodod }) => komodod)).toEqual([NEW, NEW]);
  });

  test("passes Ctrl-C on once, and waits for Pulumi's end", async () => {
    pulumi.isSlow();
    const args = [
      join(__dirname, "..", "..", "cli", "bin.cjs"),
      "upgrade",
      "komodod",
      "--image",
      NEW,
      "--yes",
    ];
    const child = spawn(process.execPath, args, {
      cwd: directory,
      env: { PATH: `${pulumi.folder}:${process.env["PATH"]}` },
    });
    let said = "";
    child.stderr.on("data", (part) => {
      said += part;
    });
    await expect.poll(() => pulumi.hasBegun(), { timeout: 20_000 }).toBe(true);
    child.kill("SIGINT");
    await expect.poll(() => pulumi.signals()).toBe("SIGINT\n");
    child.kill("SIGINT");
    const code = await new Promise((resolve) => child.once("exit", resolve));
    expect([code, pulumi.signals()]).toEqual([1, "SIGINT\n"]);
    expect(said).toContain("Pulumi ends what it has begun.");
    expect(said).toContain("The up was interrupted. Another `pulumi up` goes on where it stopped.");
  });
});

describe("dokomodo rollback", () => {
  const had = (komodod: string | undefined, result = "succeeded") => ({
    result,
    config: { "dokomodo:daemons": komodod === undefined ? {} : { komodod: { image: komodod } } },
  });

  test("goes back to the last update that succeeded with another image, and says which", () => {
    pulumi.hasHistory([had(NEW, "failed"), had(OTHER, "failed"), had(OLD), had(NEW), had(OTHER)]);
    const { stdout } = run("rollback", "komodod", "--yes");
    expect(text()).toBe(CONFIG.replace(OLD, NEW));
    expect(stdout).toContain("Back to the update of 2026-01-02T00:00:00.000Z:\n");
    expect(stdout).toContain(`east-beer (host alpha): ${OLD} -> ${NEW}\n`);
    expect(configs().at(-1)).toMatchObject({ command: "up", rollOut: { seconds: 600 }, komodod: NEW });
  });

  test("takes the image away that an update did not have", () => {
    // The usual image has no digest, which a stack that is not for development has to state.
    writeFileSync(file(), CONFIG.replace("config:\n", "config:\n  dokomodo:development: true\n"));
    pulumi.hasHistory([had(undefined)]);
    run("rollback", "komodod", "--yes");
    expect(parse(text()).config["dokomodo:daemons"].komodod).toEqual({});
  });

  test("changes nothing if there was no other image", () => {
    pulumi.hasHistory([had(OLD), had(NEW, "failed")]);
    const { status, stderr } = run("rollback", "komodod", "--yes");
    expect([status, text()]).toEqual([1, CONFIG]);
    expect(stderr).toMatch(
      /^Pulumi's history of stack test has no update with another image of komodod than Pulumi\.test\.yaml has/,
    );
  });
});

/** Hours between two times such as 20260131-235959. */
function hoursBetween(...times: readonly [string, string]): number {
  const [from, to] = times.map((time) =>
    Date.parse(time.replace(/^(....)(..)(..)-(..)(..)(..)$/, "$1-$2-$3T$4:$5:$6Z")),
  );
  return ((to ?? 0) - (from ?? 0)) / 3_600_000;
}

describe("dokomodo rotate", () => {
  test("gives a chain a new rotation in every node, and says what is replaced for it", () => {
    const { stdout } = run("rotate", "BEER", "--yes");
    expect(stdout).toContain("New RPC passwords: BEER of east, BEER of explorer\n");
    expect(stdout).toMatch(/^Callers may use the old passwords until \d{4}-\d\d-\d\d \d\d:\d\d UTC\.$/m);
    expect(stdout).toContain("Replaced for them: east-beer, east-iguana, explorer-beer, explorer-agent\n");
    const { config } = parse(text());
    const { rotation } = config["dokomodo:notaries"][0];
    expect(rotation).toEqual({ BEER: expect.stringMatching(/^\d{8}-\d{6}$/) });
    expect(config["dokomodo:nodes"][0].rotation).toEqual(rotation);
    expect(configs().map(({ command }) => command)).toEqual(["up"]);
  });

  test("lets callers use the password before for a day, whichever it was", () => {
    run("rotate", "BEER", "--node", "east", "--yes");
    const [first] = parse(text()).config["dokomodo:notaries"];
    expect(first.rotatedFrom).toEqual({ BEER: { until: expect.stringMatching(/^\d{8}-\d{6}$/) } });
    expect(hoursBetween(first.rotation.BEER, first.rotatedFrom.BEER.until)).toBe(24);
    const other = first.rotation.BEER.replace(/.$/, "x");
    writeFileSync(file(), text().replace(`BEER: ${first.rotation.BEER}`, `BEER: ${other}`));
    run("rotate", "BEER", "--node", "east", "--yes");
    const [second] = parse(text()).config["dokomodo:notaries"];
    expect(second.rotatedFrom.BEER).toMatchObject({ rotation: other });
  });

  test("refuses a leaked password at once, also one that callers may still use", () => {
    run("rotate", "BEER", "KMD", "--node", "east", "--yes");
    const [before] = parse(text()).config["dokomodo:notaries"];
    const { stdout } = run("rotate", "BEER", "--node", "east", "--leaked", "--yes");
    expect(stdout).toContain("Each daemon refuses its old password from its turn on.\n");
    const [after] = parse(text()).config["dokomodo:notaries"];
    expect(after.rotatedFrom).toEqual({ KMD: before.rotatedFrom.KMD });
  });

  test("begins with a chain that others call, because those that call are told its password", () => {
    const canaryOf = (...args: readonly string[]) => {
      writeFileSync(file(), CONFIG);
      run("rotate", ...args, "--yes");
      return configs().at(-1)?.rollOut.canary;
    };
    expect(canaryOf("all")).toBe("LTC");
    expect(canaryOf("BEER", "KMD")).toBe("KMD");
    expect(canaryOf("BEER")).toBeUndefined();
    expect(canaryOf("all", "--canary", "PIZZA")).toBe("PIZZA");
  });

  test("says that callers of KMD are replaced with it, and takes all chains of one node alone", () => {
    expect(run("rotate", "KMD", "--yes").stdout).toContain(
      "Replaced for them: east-kmd, east-beer, east-pizza, east-iguana\n",
    );
    run("rotate", "all", "--node", "explorer", "--yes");
    expect(Object.keys(parse(text()).config["dokomodo:nodes"][0].rotation)).toEqual(["BEER"]);
  });

  test.each([
    [["PIZA"], /^the stack runs no daemon of a chain PIZA; did you mean "PIZZA"\?/],
    [["authority", "--leaked"], /^--leaked is for passwords: .*; nothing was changed/],
    [["BEER", "--node", "est"], /^the stack has no notary and no node est; did you mean "east"\?/],
  ])("refuses %s", (args, told) => {
    const { status, stderr } = run("rotate", ...args, "--yes");
    expect([status, text()]).toEqual([1, CONFIG]);
    expect(stderr).toMatch(told);
  });
});

describe("dokomodo rotate authority", () => {
  test("goes in three steps, and in four if clients call", () => {
    expect(nextStep({}, false)).toMatchObject({ name: "trust", authority: { issuer: 1, trusted: [1, 2] } });
    const both = { issuer: 1, trusted: [1, 2] };
    const issued = { issuer: 2, trusted: [1, 2] };
    expect(nextStep(both, false)).toMatchObject({ name: "issue", authority: issued });
    const withOld = { ...issued, clientsIssuer: 1 };
    expect(nextStep(both, true)).toMatchObject({ name: "issue", authority: withOld });
    expect(nextStep(withOld, true)).toMatchObject({ name: "admit", authority: issued });
    expect(nextStep(issued, true)).toMatchObject({ name: "forget", authority: { issuer: 2, trusted: [2] } });
    expect(nextStep({ issuer: 2, trusted: [2] }, false).authority).toEqual({ issuer: 2, trusted: [2, 3] });
  });

  /** A node whose daemon somebody else runs, so that nothing is looked at on a host at the end. */
  const far = (further: string) => `config:
  dokomodo:hosts:
    - { name: alpha, docker: "unix:///nowhere/docker.sock", address: 192.0.2.1 }
  dokomodo:images: { proxy: "${image("haproxy", "3")}", agent: "${image("node", "4")}" }
  dokomodo:external: { FAR: { user: me, password: { secure: "v1:" } } }
  dokomodo:nodes:
    - { name: hub, host: alpha, chains: [FAR]${further} }
`;
  const CLIENTS = ", clients: [{ name: wallet, chains: [FAR] }]";
  const authority = () => parse(text()).config["dokomodo:nodes"][0].authority;
  const given = () =>
    pulumi.calls().flatMap(({ config }) => {
      return config === undefined ? [] : [parse(config).config["dokomodo:nodes"][0].authority];
    });
  const had = (stated?: unknown) => ({
    config: { "dokomodo:nodes": [{ name: "hub", host: "alpha", chains: ["FAR"], authority: stated }] },
  });

  test("does one up for each step, and leaves the new one alone in the end", () => {
    writeFileSync(file(), far(""));
    pulumi.hasHistory([had()]);
    const { status, stderr } = run("rotate", "authority", "--yes");
    expect([status, stderr]).toEqual([0, ""]);
    expect(given()).toEqual([
      { issuer: 1, trusted: [1, 2] },
      { issuer: 2, trusted: [1, 2] },
      { issuer: 2, trusted: [2] },
    ]);
    expect(authority()).toEqual({ issuer: 2, trusted: [2] });
  });

  test("stops when clients need new files, and ends the old ones when it is called again", () => {
    writeFileSync(file(), far(CLIENTS));
    pulumi.hasHistory([had()]);
    const { stdout } = run("rotate", "authority", "--yes");
    const withOld = { issuer: 2, trusted: [1, 2], clientsIssuer: 1 };
    expect(authority()).toEqual(withOld);
    expect(stdout).toContain("  dokomodo client wallet --node hub --stack test --force\n");
    pulumi.hasHistory([had(withOld), had()]);
    const again = run("rotate", "authority", "--yes");
    expect(again.stdout).toContain("hub has another authority, and nothing trusts the old one.\n");
    expect(authority()).toEqual({ issuer: 2, trusted: [2] });
    expect(given()).toHaveLength(4);
  });

  test("takes a step again that did not succeed, before the next one", () => {
    writeFileSync(file(), far(", authority: { issuer: 1, trusted: [1, 2] }"));
    pulumi.hasHistory([had()]);
    const { stdout } = run("rotate", "authority", "--yes");
    expect(stdout).toContain("The last step is not done everywhere yet, and is done first.\n");
    expect(given().slice(0, 2)).toEqual([
      { issuer: 1, trusted: [1, 2] },
      { issuer: 2, trusted: [1, 2] },
    ]);
  });

  test("refuses a config in which nobody trusts what signs", () => {
    writeFileSync(file(), far(", authority: { issuer: 2, trusted: [1], clientsIssuer: 1 }"));
    expect(run("rotate", "authority", "--yes").stderr).toMatch(
      /^Pulumi\.test\.yaml:7:\d+: authority\.issuer of hub is 2, which is not in its authority\.trusted \(1\); add it there first/,
    );
  });
});
