import { describe, expect, it } from "vitest";
import { IGUANA, rpcGraph } from "../../chains/graph";
import type { Stack } from "../../config/load";
import { deploy } from "../../deploy";
import { developmentStack, developmentValues } from "./developmentStack";
import { containersOf, filesOnDocker, filesOnKubernetes, podsOf } from "./kubernetesFiles";
import { goldenText, MADE, type RecordedResource, recordGraph } from "./recordGraph";

const values = (changes: Readonly<Record<string, string>> = {}) => ({
  ...developmentValues(),
  "dokomodo:platform": "kubernetes",
  ...changes,
});
const onKubernetes = (changes = {}): Stack => developmentStack(values(changes));
const record = (stack: Stack, reveal = false) => recordGraph(() => deploy(stack, "dev"), { reveal });
const kind = (graph: readonly RecordedResource[], ending: string) =>
  graph.filter(({ type }) => type.endsWith(`:${ending}`));

describe("the development stack, with its platform changed and nothing else", () => {
  it("is what a reviewer has read", async () => {
    const graph = await record(onKubernetes());
    await expect(goldenText(graph)).toMatchFileSnapshot("golden/kubernetes.json");
  });

  it("has the same RPC graph", () => {
    const graph = ({ notaries }: Stack) =>
      notaries.map(({ chains }) => rpcGraph(chains.map(({ chain }) => chain)));
    expect(graph(onKubernetes())).toEqual(graph(developmentStack()));
  });

  it("has the same confs, keys, certificates and programs in the same places", async () => {
    const before = filesOnDocker(await record(developmentStack(), true));
    const after = filesOnKubernetes(await record(onKubernetes(), true));
    const differing = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
      (file) => before[file] !== after[file],
    );
    const isOfDocker = (file: string) =>
      /^east-(local-witness|local-gateway|gateway|local-restarter)/.test(file);
    const isAddressed = (file: string) => /proxy\/haproxy\.cfg$|agent\/plan\.json$/.test(file);
    expect(differing.filter((file) => !isOfDocker(file) && !isAddressed(file))).toEqual([]);
    expect(
      Object.keys(after).filter((file) => /\.conf$|secrets\.json$|identity\.pem$/.test(file)),
    ).toHaveLength(
      // Each chain's own, those that it calls, Iguana's four, the agent's secrets, five identities.
      4 + 3 + 4 + 1 + 5,
    );
  });

  it("calls the same workloads by their names in the cluster", async () => {
    const before = filesOnDocker(await record(developmentStack(), true));
    const after = filesOnKubernetes(await record(onKubernetes(), true));
    for (const chain of ["kmd", "ltc", "beer", "pizza"]) {
      const file = `east-${chain}-proxy /run/dokomodo/proxy/haproxy.cfg`;
      expect(after[file]?.replaceAll(".dokomodo-dev.svc.cluster.local", "")).toBe(before[file]);
    }
  });

  it("has a lease object where Docker has witnesses", async () => {
    const after = filesOnKubernetes(await record(onKubernetes(), true));
    const plan = JSON.parse(after["east-iguana-agent /run/dokomodo/agent/plan.json"] ?? "");
    const before = filesOnDocker(await record(developmentStack(), true));
    const { lease, ...rest } = plan;
    expect(lease).toEqual({
      holder: "notary east of stack test on host local",
      object: { namespace: "dokomodo-dev", name: `dokomodo-${plan.publicKey}` },
    });
    const { lease: _, ...same } = JSON.parse(before["east-iguana-agent /run/dokomodo/agent/plan.json"] ?? "");
    expect(rest).toEqual(same);
  });
});

describe("a notary in a cluster", () => {
  it("has nothing of Docker, and an explicit provider for everything of Kubernetes", async () => {
    const graph = await record(onKubernetes());
    expect(graph.filter(({ type }) => /docker/.test(type))).toEqual([]);
    const objects = graph.filter(({ type }) => type.startsWith("kubernetes:"));
    expect(objects.length).toBeGreaterThan(30);
    expect(objects.filter(({ provider }) => provider !== "cluster")).toEqual([]);
  });

  it("has pods that the restricted standard takes, and roots that nobody can write to", async () => {
    const pods = podsOf(await record(onKubernetes()));
    expect(pods).toHaveLength(5);
    for (const { spec } of pods) {
      expect(spec).toMatchObject({
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
      });
      for (const forbidden of ["hostNetwork", "hostPID", "hostIPC"])
        expect(spec).not.toHaveProperty(forbidden);
      for (const volume of spec.volumes) {
        expect(Object.keys(volume).filter((key) => key !== "name")).toEqual([
          expect.stringMatching(/^(projected|emptyDir)$/),
        ]);
      }
      for (const container of containersOf(spec)) {
        expect(container).not.toHaveProperty("ports");
        expect(container).not.toHaveProperty("livenessProbe");
        expect(container).toMatchObject({
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"] },
            runAsUser: expect.any(Number),
          },
          resources: { limits: { memory: expect.stringMatching(/^\d+Mi$/) } },
        });
        expect(Object(container["securityContext"]).runAsUser).toBeGreaterThan(0);
      }
    }
  });

  it("gives a token to Iguana's agent alone", async () => {
    const graph = await record(onKubernetes());
    const tokens = podsOf(graph).flatMap(({ name, spec }) =>
      containersOf(spec).flatMap((container) => {
        const mounted = container.volumeMounts.map(({ name: volume }) => volume);
        const volumes = spec.volumes.filter((volume) => mounted.includes(volume.name));
        return JSON.stringify(volumes).includes("serviceAccountToken") ? [`${name}/${container.name}`] : [];
      }),
    );
    expect(tokens).toEqual(["east-iguana/agent"]);
  });

  it("gives daemons as long to end as on Docker, and the engine as long to wait", async () => {
    const grace = Object.fromEntries(
      podsOf(await record(onKubernetes())).map(({ name, spec }) => [
        name,
        spec["terminationGracePeriodSeconds"],
      ]),
    );
    expect(grace).toEqual({
      "east-beer": 940,
      "east-pizza": 940,
      "east-kmd": 1810,
      "east-ltc": 1810,
      "east-iguana": 40,
    });
  });

  it("keeps the claims of chains, and never replaces a set for one", async () => {
    const sets = kind(await record(onKubernetes()), "StatefulSet");
    const withClaims = sets.filter(({ inputs }) => "volumeClaimTemplates" in Object(inputs["spec"]));
    expect(withClaims.map(({ name }) => name)).toEqual(["east-beer", "east-kmd", "east-ltc", "east-pizza"]);
    for (const { inputs, ignoreChanges } of sets) {
      expect(ignoreChanges).toEqual(["spec.volumeClaimTemplates"]);
      expect(Object(inputs["spec"]).persistentVolumeClaimRetentionPolicy).toEqual({
        whenDeleted: "Retain",
        whenScaled: "Retain",
      });
    }
  });

  it("shows no secret but in Secrets, and there marked as one", async () => {
    const graph = await record(onKubernetes());
    expect(JSON.stringify(graph)).not.toContain(MADE);
    const secrets = kind(graph, "Secret");
    expect(secrets).toHaveLength(5);
    for (const { inputs } of secrets) expect(inputs["stringData"]).toBe("[secret]");
  });

  it("lets through to each link port who may call it by the graph, and nobody else", async () => {
    const graph = await record(onKubernetes());
    const [notary] = onKubernetes().notaries;
    const edges = rpcGraph(notary?.chains.map(({ chain }) => chain) ?? []);
    const labels = new Map(
      kind(graph, "StatefulSet").map(({ name, inputs }) => [
        name,
        Object(inputs["spec"]).template.metadata.labels,
      ]),
    );
    const policies = kind(graph, "NetworkPolicy").map(({ inputs }) => Object(inputs["spec"]));
    const selecting = (name: string) =>
      policies.filter((policy) => matches(policy.podSelector, labels.get(name) ?? {}));
    const isOpen = (from: string, to: string) =>
      selecting(to).some(({ ingress = [] }) =>
        ingress.some((rule: Rule) => admits(rule, "from", labels.get(from))),
      ) &&
      selecting(from).some(({ egress = [] }) =>
        egress.some((rule: Rule) => admits(rule, "to", labels.get(to))),
      );
    const open = [...labels.keys()].flatMap((from) =>
      [...labels.keys()].filter((to) => from !== to && isOpen(from, to)).map((to) => `${from} ${to}`),
    );
    const name = (symbol: string) => `east-${symbol === IGUANA ? "iguana" : symbol.toLowerCase()}`;
    expect(open.sort()).toEqual(edges.map(({ caller, callee }) => `${name(caller)} ${name(callee)}`).sort());
  });

  it("takes a chain more with a change of Iguana's own resources and no other", async () => {
    const before = await record(onKubernetes());
    const [notary] = JSON.parse(developmentValues()["dokomodo:notaries"] ?? "[]");
    const more = JSON.stringify([{ ...notary, chains: [...notary.chains, "KV"] }]);
    const after = new Map(
      (await record(onKubernetes({ "dokomodo:notaries": more }))).map((one) => [
        `${one.type} ${one.name}`,
        one,
      ]),
    );
    const changed = before.filter((one) => {
      const now = after.get(`${one.type} ${one.name}`);
      return JSON.stringify(now) !== JSON.stringify(one);
    });
    expect(changed.map(({ type, name }) => `${type.split(":").at(-1)} ${name}`).sort()).toEqual([
      "ConfigMap east-iguana",
      "NetworkPolicy east-iguana",
      "StatefulSet east-iguana",
    ]);
  });
});

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly { key: string; values: readonly string[] }[];
}

interface Rule {
  readonly from?: readonly { podSelector?: Selector }[];
  readonly to?: readonly { podSelector?: Selector }[];
  readonly ports?: readonly { port: number }[];
}

/** Whether a rule says that pods with these labels are at the other end of a link port. */
function admits(rule: Rule, end: "from" | "to", labels: Readonly<Record<string, string>> = {}): boolean {
  const isLink = rule.ports?.some(({ port }) => port === 7443) === true;
  return (
    isLink &&
    (rule[end] ?? []).some(({ podSelector }) => podSelector !== undefined && matches(podSelector, labels))
  );
}

function matches(
  { matchLabels = {}, matchExpressions = [] }: Selector,
  labels: Readonly<Record<string, string>>,
): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, values: wanted }) => wanted.includes(labels[key] ?? ""))
  );
}
