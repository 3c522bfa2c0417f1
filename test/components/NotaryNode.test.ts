import { posix } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Stack } from "../../config/stack";
import { developmentStack, developmentValues } from "./developmentStack";
import { goldenText } from "./goldenText";
import { assetchains, changedResources } from "./graphChanges";
import { filesOnDocker, filesOnKubernetes } from "./kubernetesFiles";
import { MADE, recordStack, SECRET } from "./recordGraph";

const record = (stack: Stack) => recordStack(stack);

/** The stack with other chains than its own. */
function withChains(symbols: readonly string[]): Stack {
  const values = developmentValues();
  const [notary] = JSON.parse(values["dokomodo:notaries"] ?? "[]");
  return developmentStack({
    ...values,
    "dokomodo:notaries": JSON.stringify([{ ...notary, dest: {}, chains: symbols }]),
  });
}

describe("the graph of the development stack", () => {
  test("is what a reviewer has read", async () => {
    const graph = await record(developmentStack());
    await expect(goldenText(graph)).toMatchFileSnapshot("golden/docker.txt");
  });

  test("gives every Docker resource the explicit provider of its host", async () => {
    const graph = await record(developmentStack());
    const onDocker = graph.filter(({ type }) => type.startsWith("docker:"));
    expect(onDocker.filter(({ provider }) => provider !== "local")).toEqual([]);
  });

  test("parents every resource to the component that its name begins with", async () => {
    const graph = await record(developmentStack());
    const orphans = graph.filter(({ type, name, parent }) =>
      type === "dokomodo:index:NotaryNode" || type.startsWith("pulumi:providers:")
        ? parent !== "dokomodo-test"
        : !name.startsWith(parent) || parent === "",
    );
    expect(orphans).toEqual([]);
  });

  test("shows no password, key or passphrase", async () => {
    const text = JSON.stringify(await record(developmentStack()));
    expect(text).toContain(SECRET);
    for (const secret of [MADE, "myverysecret", "907ece71", "UtrRXqvR"]) {
      expect(text).not.toContain(secret);
    }
  });

  test("gives each daemon its own conf and those of the chains that it calls, and nobody else any", async () => {
    const confs: Record<string, string[]> = {};
    for (const place of Object.keys(filesOnDocker(await record(developmentStack())))) {
      const [container = "", path = ""] = place.split(" ");
      if (path.endsWith(".conf")) confs[container] = [...(confs[container] ?? []), posix.basename(path)];
    }
    expect(confs).toEqual({
      "east-beer": ["BEER.conf", "komodo.conf"],
      "east-iguana": ["BEER.conf", "PIZZA.conf", "komodo.conf", "litecoin.conf"],
      "east-kmd": ["komodo.conf", "litecoin.conf"],
      "east-ltc": ["litecoin.conf"],
      "east-pizza": ["PIZZA.conf", "komodo.conf"],
    });
  });

  test("gives Iguana its elected file under the name that its argument says", async () => {
    const values = developmentValues();
    const iguana = JSON.parse(values["dokomodo:iguana"] ?? "{}");
    const electedIn = async (command?: readonly string[]) => {
      const stack = developmentStack({
        ...values,
        "dokomodo:iguana": JSON.stringify({ ...iguana, command }),
      });
      const files = Object.entries(filesOnDocker(await recordStack(stack, { reveal: true })));
      return files.filter(([, text]) => text.includes('"minsigs"')).map(([place]) => place);
    };
    expect(await electedIn()).toEqual(["east-iguana /run/dokomodo/home/elected"]);
    expect(await electedIn(["iguana", "3rd_party"])).toEqual(["east-iguana /run/dokomodo/home/3rd_party"]);
  });

  test("tells what is a daemon's alone to no caller, so that a change of it restarts none", async () => {
    const files = filesOnDocker(await recordStack(developmentStack(), { reveal: true }));
    const withOwn = Object.entries(files)
      .filter(([place, content]) => place.endsWith(".conf") && content.includes("txindex=1"))
      .map(([place]) => place.replace(/ .*\//, " "));
    expect(withOwn.sort()).toEqual([
      "east-beer BEER.conf",
      "east-kmd komodo.conf",
      "east-ltc litecoin.conf",
      "east-pizza PIZZA.conf",
    ]);
  });

  test("writes the same RPC user into every conf", async () => {
    const files = filesOnDocker(await recordStack(developmentStack(), { reveal: true }));
    const confs = Object.entries(files).filter(([place]) => place.endsWith(".conf"));
    expect(confs.length).toBeGreaterThan(10);
    expect(confs.filter(([, content]) => !content.startsWith("rpcuser=dokomodo\nrpcpassword=Made"))).toEqual(
      [],
    );
  });

  test("needs no output to know how many resources there are", async () => {
    const stack = developmentStack();
    const preview = await recordStack(stack, {
      preview: true,
    });
    expect(preview.map(({ name }) => name)).toEqual((await record(stack)).map(({ name }) => name));
  });
});

describe("a notary that does without the lease", () => {
  const without = (values = developmentValues()) => {
    const [notary] = JSON.parse(values["dokomodo:notaries"] ?? "[]");
    return developmentStack({
      ...values,
      "dokomodo:notaries": JSON.stringify([{ ...notary, lease: "none" }]),
    });
  };

  test("has no witness on Docker, and an agent that asks for no lease", async () => {
    const graph = await recordStack(without(), { reveal: true });
    expect(graph.filter(({ name }) => name.includes("witness"))).toEqual([]);
    const plan = filesOnDocker(graph)["east-iguana-agent /run/dokomodo/agent/plan.json"] ?? "";
    expect(JSON.parse(plan).iguana).not.toHaveProperty("lease");
  });

  test("may touch no Lease object in a cluster", async () => {
    const graph = await recordStack(without({ ...developmentValues(), "dokomodo:platform": "kubernetes" }), {
      reveal: true,
    });
    expect(graph.filter(({ type }) => type.includes("rbac.authorization"))).toEqual([]);
    const plan = filesOnKubernetes(graph)["east-iguana-agent /run/dokomodo/agent/plan.json"] ?? "";
    expect(JSON.parse(plan).iguana).not.toHaveProperty("lease");
  });
});

test("other bounds for notary UTXOs change the agent's container, and nothing of Iguana's", async () => {
  const withUtxos = (utxos: object): Stack => {
    const values = developmentValues();
    const [notary] = JSON.parse(values["dokomodo:notaries"] ?? "[]");
    return developmentStack({ ...values, "dokomodo:notaries": JSON.stringify([{ ...notary, utxos }]) });
  };
  const before = await record(withUtxos({}));
  const after = await record(withUtxos({ all: { low: 10, high: 50 }, LTC: "none" }));
  expect(changedResources(before, after)).toEqual(["Container east-iguana-agent"]);
  const changed = after.find(({ type, name }) => type.endsWith("Container") && name === "east-iguana-agent");
  const uploads: unknown = changed?.inputs["uploads"];
  const plan = (Array.isArray(uploads) ? uploads : []).find(({ file }) => file.endsWith("plan.json"));
  const bounds = { low: 10, high: 50, dryRun: false };
  expect(JSON.parse(plan.content).coins).toMatchObject([
    { symbol: "BEER", utxos: bounds },
    { symbol: "KMD", utxos: bounds },
    { symbol: "LTC", utxoSize: 10_000 },
    { symbol: "PIZZA", utxos: bounds },
  ]);
  expect(JSON.parse(plan.content).coins[2].utxos).toBeUndefined();
});

describe("a chain more", () => {
  const symbols = assetchains();

  test("changes no resource that was there but those of Iguana", async () => {
    await fc.assert(
      fc.asyncProperty(fc.subarray(symbols, { minLength: 1, maxLength: 4 }), async ([added, ...others]) => {
        if (added === undefined) return;
        const before = await record(withChains(["KMD", "LTC", ...others]));
        const after = await record(withChains(["KMD", "LTC", ...others, added]));
        const changed = changedResources(before, after);
        expect(changed.filter((resource) => !resource.includes(" east-iguana"))).toEqual([]);
      }),
      { numRuns: 15 },
    );
  });

  test("is the same wherever it stands in the list", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(["KMD", "LTC", ...symbols.slice(0, 4)], { minLength: 6 }),
        async (order) => {
          expect(await record(withChains(order))).toEqual(await record(withChains([...order].sort())));
        },
      ),
      { numRuns: 10 },
    );
  });
});
