import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { onKubernetes } from "./developmentStack";
import { assetchains, changedResources } from "./graphChanges";
import { recordStack } from "./recordGraph";

/** The notary in a cluster, with changes of its own or of the stack; secrets revealed, so that theirs show. */
function record(changes: Readonly<Record<string, unknown>> = {}, own: object = {}) {
  const notary = { name: "east", host: "local", chains: ["KMD", "LTC", "BEER", "PIZZA"], ...own };
  const stack = onKubernetes({ ...changes, "dokomodo:notaries": [notary] });
  return recordStack(stack, { reveal: true });
}

/** What the pod of a workload is made anew for: its files have a new name, by which its set refers to them. */
const files = (workload: string) => [`Secret ${workload}`, `StatefulSet ${workload}`];

describe("a change of a stack in a cluster", () => {
  test("changes nothing where there is none", async () => {
    expect(changedResources(await record(), await record())).toEqual([]);
  });

  test("that adds a chain changes Iguana's files, links and pod, and nothing of any other workload", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.subarray(assetchains(), { minLength: 1, maxLength: 4 }),
        async ([added, ...others]) => {
          const chains = ["KMD", "LTC", ...others];
          const before = await record({}, { chains });
          const after = await record({}, { chains: [...chains, added] });
          expect(changedResources(before, after)).toEqual([
            "ConfigMap east-iguana",
            "NetworkPolicy east-iguana",
            "Secret east-iguana",
            "StatefulSet east-iguana",
          ]);
        },
      ),
      { numRuns: 6 },
    );
  });

  test("that rotates a chain's password changes the pods of the chain and of those who call it", async () => {
    const password = (workload: string) => `RandomPassword ${workload}-rpcpassword`;
    const before = await record();
    expect(changedResources(before, await record({}, { rotation: { BEER: 2 } }))).toEqual(
      [password("east-beer"), ...files("east-beer"), ...files("east-iguana")].sort(),
    );
    const callers = ["east-beer", "east-pizza", "east-kmd", "east-iguana"];
    expect(changedResources(before, await record({}, { rotation: { KMD: 2 } }))).toEqual(
      [password("east-kmd"), ...callers.flatMap(files)].sort(),
    );
  });

  test("that moves the notary to another key is seen by all that know the key", async () => {
    const after = await record({ "dokomodo:passphrases": { east: "another phrase" } });
    const changed = changedResources(await record(), after);
    expect(changed).toEqual(
      expect.arrayContaining(["Role east-iguana", "Secret east-iguana", "StatefulSet east-kmd"]),
    );
    expect(changed.filter((name) => name.startsWith("ConfigMap"))).toEqual([]);
  });

  test("of a volume's size is a change of what new volumes are to be, and makes no pod anew", async () => {
    const before = await record();
    const after = await record({ "dokomodo:kubernetes": { storage: { KMD: 200 } } });
    expect(changedResources(before, after)).toEqual(["StatefulSet east-kmd"]);
    const set = after.find(({ name, type }) => name === "east-kmd" && type.endsWith(":StatefulSet"));
    expect(set?.ignoreChanges).toEqual(["spec.volumeClaimTemplates"]);
    expect(Object(set?.inputs["spec"]).volumeClaimTemplates[0].spec.resources).toEqual({
      requests: { storage: "200Gi" },
    });
  });
});
