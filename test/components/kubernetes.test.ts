import { describe, expect, test } from "vitest";
import type { Stack } from "../../config/stack";
import { rpcGraph } from "../../notary/rpcGraph";
import { openRun } from "../../program/run";
import { developmentStack, onKubernetes } from "./developmentStack";
import { goldenText } from "./goldenText";
import { containersOf, filesOnDocker, filesOnKubernetes, podsOf } from "./kubernetesFiles";
import { violations } from "./podSecurity";
import { MADE, type RecordedResource, recordStack } from "./recordGraph";

const record = (stack: Stack, reveal = false) => recordStack(stack, { reveal });
const kind = (graph: readonly RecordedResource[], ending: string) =>
  graph.filter(({ type }) => type.endsWith(`:${ending}`));

describe("the development stack, with its platform changed and nothing else", () => {
  test("is what a reviewer has read", async () => {
    const graph = await record(onKubernetes());
    await expect(goldenText(graph)).toMatchFileSnapshot("golden/kubernetes.txt");
  });

  test("has the same RPC graph", () => {
    const graph = ({ notaries }: Stack) =>
      notaries.map(({ chains }) => rpcGraph(chains.map(({ chain }) => chain)));
    expect(graph(onKubernetes())).toEqual(graph(developmentStack()));
  });

  test("has the same confs, keys, certificates and programs in the same places", async () => {
    const before = filesOnDocker(await record(developmentStack(), true));
    const after = filesOnKubernetes(await record(onKubernetes(), true));
    const differing = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
      (file) => before[file] !== after[file],
    );
    const isOfDocker = (file: string) =>
      /^east-(local-witness|local-gateway|gateway|local-restarter)|^east-[a-z]+-pause /.test(file);
    const isAddressed = (file: string) => /proxy\/haproxy\.cfg$|agent\/plan\.json$/.test(file);
    expect(differing.filter((file) => !isOfDocker(file) && !isAddressed(file))).toEqual([]);
    expect(
      Object.keys(after).filter((file) => /\.conf$|secrets\.json$|identity\.pem$/.test(file)),
    ).toHaveLength(
      // Each chain's own, those that it calls, Iguana's four, the agent's secrets, five identities.
      4 + 3 + 4 + 1 + 5,
    );
  });

  test("calls the same workloads by their names in the cluster", async () => {
    const before = filesOnDocker(await record(developmentStack(), true));
    const after = filesOnKubernetes(await record(onKubernetes(), true));
    for (const chain of ["kmd", "ltc", "beer", "pizza"]) {
      const file = `east-${chain}-proxy /run/dokomodo/proxy/haproxy.cfg`;
      // On Docker the engine's own DNS is asked over TCP as well.
      const known = before[file]?.replace("    nameserver tcp tcp@127.0.0.11:53\n", "");
      expect(after[file]?.replaceAll(".dokomodo-dev.svc.cluster.local", "")).toBe(known);
    }
  });

  test("has the registries' logins in one Secret, that all pods pull with", async () => {
    const registries = [{ server: "docker.io", username: "reader", password: "canary-of-the-registry" }];
    const stack = { ...onKubernetes(), registries };
    const [secret] = kind(await record(stack, true), "Secret").filter(({ name }) => name === "registries");
    const content = JSON.parse(Object(secret?.inputs["stringData"])[".dockerconfigjson"]);
    expect(content).toEqual({
      auths: {
        "https://index.docker.io/v1/": {
          username: "reader",
          password: "canary-of-the-registry",
          auth: Buffer.from("reader:canary-of-the-registry").toString("base64"),
        },
      },
    });
    const hidden = await record(stack);
    expect(JSON.stringify(hidden)).not.toContain("canary-of-the-registry");
    const pulling = podsOf(hidden).map(({ spec }) => spec["imagePullSecrets"]);
    expect(pulling.length).toBeGreaterThan(4);
    expect(new Set(pulling.map((each) => JSON.stringify(each)))).toEqual(
      new Set([JSON.stringify([{ name: "dokomodo-registries-dev" }])]),
    );
  });

  test("has a lease object where Docker has witnesses", async () => {
    const after = filesOnKubernetes(await record(onKubernetes(), true));
    const plan = JSON.parse(after["east-iguana-agent /run/dokomodo/agent/plan.json"] ?? "");
    const before = filesOnDocker(await record(developmentStack(), true));
    const { iguana, certificates, ...rest } = plan;
    const { lease, ...told } = iguana;
    expect(lease).toEqual({
      holder: "notary east of stack dev on host local",
      object: { namespace: "dokomodo-dev", name: `dokomodo-${plan.publicKey}` },
    });
    const same = JSON.parse(before["east-iguana-agent /run/dokomodo/agent/plan.json"] ?? "");
    const { lease: _, ...toldThere } = same.iguana;
    const witness = { "east-local-witness": expect.any(String) };
    const withWitness = { ...rest, certificates: { ...certificates, ...witness } };
    expect({ ...withWitness, iguana: told }).toEqual({ ...same, iguana: toldThere });
  });
});

describe("a stack whose name makes no namespace", () => {
  test("is told what a namespace's name is, and where to state one", async () => {
    const { platforms } = await openRun(onKubernetes(), "My_Stack");
    expect(await platforms[0]?.platformRun.obstacles()).toEqual([
      "the namespace would be named dokomodo-My_Stack, after the stack, and has to be a DNS label: at most 63 lower-case letters, digits and -, with a letter or digit at both ends; state one as dokomodo:kubernetes.namespace",
    ]);
  });
});

describe("a notary in a cluster", () => {
  test("has nothing of Docker, and an explicit provider for everything of Kubernetes", async () => {
    const graph = await record(onKubernetes());
    expect(graph.filter(({ type }) => /docker/.test(type))).toEqual([]);
    const objects = graph.filter(({ type }) => type.startsWith("kubernetes:"));
    expect(objects.length).toBeGreaterThan(30);
    expect(objects.filter(({ provider }) => provider !== "cluster")).toEqual([]);
  });

  test("has pods that the restricted standard takes, its gateway's among them", async () => {
    const pods = podsOf(await record(onKubernetes({ "dokomodo:kubernetes": { publish: "LoadBalancer" } })));
    expect(pods).toHaveLength(6);
    for (const { name, spec } of pods) expect(violations(spec), name).toEqual([]);
  });

  test("is beyond that standard with host ports, and with nothing else of theirs", async () => {
    const pods = podsOf(await record(onKubernetes({ "dokomodo:kubernetes": { publish: "hostPort" } })));
    expect(pods.flatMap(({ name, spec }) => violations(spec).map((rule) => `${name} ${rule}`))).toEqual([
      "east-beer Host Ports: daemon",
      "east-iguana Host Ports: iguana",
      "east-kmd Host Ports: daemon",
      "east-local-gateway Host Ports: gateway",
      "east-ltc Host Ports: daemon",
      "east-pizza Host Ports: daemon",
    ]);
  });

  test("has roots that nobody can write to, mounts no token unasked, and kills nobody who is busy", async () => {
    for (const { spec } of podsOf(await record(onKubernetes()))) {
      expect(spec["automountServiceAccountToken"]).toBe(false);
      for (const container of containersOf(spec)) {
        expect(container["securityContext"]).toMatchObject({ readOnlyRootFilesystem: true });
        expect(container).not.toHaveProperty("livenessProbe");
      }
    }
  });

  test("has as much memory for each container as the config says, for sure and at most", async () => {
    const memory = podsOf(await record(onKubernetes())).flatMap(({ name, spec }) =>
      containersOf(spec).map((container) => {
        const { limits, requests } = Object(container["resources"]);
        // A proxy needs a few MiB, and more only while strangers crowd it.
        const memory = container.name === "proxy" || container.name === "gateway" ? "64Mi" : limits.memory;
        expect(requests).toEqual({ cpu: "10m", memory });
        return [`${name} ${container.name}`, limits.memory];
      }),
    );
    expect(Object.fromEntries(memory)).toMatchObject({
      "east-beer daemon": "1024Mi",
      "east-ltc daemon": "1024Mi",
      "east-iguana iguana": "256Mi",
      "east-iguana agent": "256Mi",
      "east-iguana proxy": "320Mi",
    });
  });

  test("has each file once, and no object that is larger than the API server takes", async () => {
    const chains = ["notary2025", "BEER", "PIZZA"];
    const notaries = [{ name: "east", host: "local", chains }];
    const graph = await record(onKubernetes({ "dokomodo:notaries": notaries }), true);
    for (const { name, spec } of podsOf(graph)) {
      const used = spec.volumes.flatMap(({ projected }) =>
        (projected?.sources ?? []).flatMap(({ secret, configMap }) =>
          [secret, configMap]
            .filter((source) => source?.name?.startsWith(`${name}-`))
            .flatMap((source) => source?.items ?? []),
        ),
      );
      const ownedBy = (what: string) => kind(graph, what).find((one) => one.name === name)?.inputs ?? {};
      const stored = { ...Object(ownedBy("Secret")["stringData"]), ...Object(ownedBy("ConfigMap")["data"]) };
      expect(used.map(({ key }) => key).sort()).toEqual(Object.keys(stored).sort());
      expect(Buffer.byteLength(JSON.stringify(stored))).toBeLessThan(2 ** 20);
    }
  });

  test("gives a token to Iguana's agent alone", async () => {
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

  test("gives daemons as long to end as on Docker, and the engine as long to wait", async () => {
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

  test("keeps the claims of chains, and never replaces a set for one", async () => {
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

  test("shows no secret but in Secrets, and there marked as one", async () => {
    const graph = await record(onKubernetes());
    expect(JSON.stringify(graph)).not.toContain(MADE);
    const secrets = kind(graph, "Secret");
    expect(secrets).toHaveLength(5);
    for (const { inputs } of secrets) expect(inputs["stringData"]).toBe("[secret]");
  });
});
