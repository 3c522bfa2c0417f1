import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { imageName, prepareImages } from "../../dev/images/images";
import { docker } from "../../dev/scenes/docker";
import { askIguana, height, readContainerFile, untilWhole } from "../../dev/scenes/notary";
import { TestStack } from "../../dev/scenes/TestStack";
import { prepareDocker } from "../../dev/toolchain/dockerEngine";

const NOTARIES = ["noon", "noon-third"] as const;
const CHAINS = ["KMD", "LTC"];
/** A setting with which the config is refused, and the default of this setting. */
const WRONG = "dokomodo:registry=nowhere.yaml";
const RIGHT = "dokomodo:registry=assetchains.yaml";

describe("two notaries of one stack on one host", () => {
  let stack: TestStack;

  beforeAll(async () => {
    await prepareDocker();
    await prepareImages();
    stack = await TestStack.create(NOTARIES[0], "a phrase of noon", "127.0.0.10");
    stack.changeNotary((notary) => {
      notary.chains = CHAINS;
      notary["dest"] = {};
    });
    const [first] = stack.config["dokomodo:notaries"];
    const third = { ...first, name: NOTARIES[1], portOffset: 10, iguana: { busPort: 13845 } };
    // The README promises that these releases of HAProxy and Node are new enough. The other tests run the newest.
    const oldest = { proxy: imageName("oldest"), agent: imageName("oldest") };
    stack.writeConfig({ "dokomodo:notaries": [first, third], "dokomodo:images": oldest });
    await stack.setSecret(`dokomodo:passphrases["${NOTARIES[1]}"]`, "another phrase of noon");
    await stack.up();
  });
  afterAll(() => stack?.remove());

  test.each(NOTARIES)("lets %s see its own chains at their heights", async (notary) => {
    await untilWhole(notary, 120, CHAINS.length);
    expect(await height(notary, "KMD")).toEqual(expect.any(Number));
  });

  test("needs no newer HAProxy than 2.6 and no newer Node than 18", async () => {
    expect(await docker("exec", "noon-kmd-proxy", "haproxy", "-v")).toMatch(/^HAProxy version 2\.6\./);
    for (const name of ["noon-iguana-agent", "noon-local-witness", "noon-restarter"])
      expect(await docker("exec", name, "node", "--version")).toMatch(/^v18\./);
  });

  test("gives each its own keys, passwords and authority", async () => {
    const outputs = JSON.parse(await stack.must("stack", "output", "--json", "--stack", "test"));
    const [one, other] = NOTARIES.map((name) => outputs.notaries[name].publicKey);
    expect(one).not.toBe(other);
    for (const [container, path] of [
      ["kmd", "/home/komodo/.komodo/komodo.conf"],
      ["kmd-proxy", "/run/dokomodo/proxy/authority.pem"],
    ] as const) {
      const texts = NOTARIES.map((name) => readContainerFile(`${name}-${container}`, path));
      expect(new Set(await Promise.all(texts)).size).toBe(2);
    }
  });

  test("keeps each out of the other's network", async () => {
    const networks = await docker("network", "ls", "--format", "{{.Name}}", "--filter", "name=^noon");
    expect(networks.split("\n").sort()).toEqual([...NOTARIES].sort());
    const resolve = ["exec", "noon-iguana-agent", "getent", "hosts", "noon-third-kmd"];
    await expect(docker(...resolve)).rejects.toThrow();
    expect(await docker(...resolve.slice(0, -1), "noon-kmd")).toContain("noon-kmd");
  });

  test("keeps each Iguana to its own notaries", async () => {
    for (const notary of NOTARIES) {
      expect(await askIguana(notary, { agent: "dpow", method: "ipaddrs" })).toEqual(["127.0.0.10"]);
    }
  });

  test("changes nothing when the stack is renamed", async () => {
    const filter = ["--filter", "label=dokomodo.stack=test", "--filter", "name=^noon"];
    const containers = () => docker("ps", "--no-trunc", "--quiet", ...filter);
    const before = await containers();
    await stack.must("stack", "rename", "renamed", "--stack", "test");
    try {
      await stack.must("up", "--yes", "--skip-preview", "--stack", "renamed");
      expect(await stack.must("stack", "output", "name", "--stack", "renamed")).toBe("test");
      // A run that fails before it registers anything must keep the name, too.
      const wrong = await stack.run(
        ...["up", "--yes", "--skip-preview", "--stack", "renamed"],
        "--config",
        WRONG,
      );
      expect(wrong.exitCode).not.toBe(0);
      await stack.must("preview", "--expect-no-changes", "--stack", "renamed", "--config", RIGHT);
      expect(await containers()).toBe(before);
    } finally {
      await stack.must("stack", "rename", "test", "--stack", "renamed");
    }
  });
});
