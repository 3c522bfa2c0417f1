import { Provider } from "@pulumi/kubernetes/provider";
import { KubernetesPlatform } from "../../../platforms/kubernetes/platform";
import type { KubernetesPlatformArgs } from "../../../platforms/kubernetes/types";
import type { WorkloadArgs } from "../../../platforms/platform";
import { type RecordedResource, recordGraph } from "../../components/recordGraph";
import { workload } from "../workload";

export interface WorkloadCase {
  readonly args?: Partial<WorkloadArgs>;
  readonly platform?: Partial<Omit<KubernetesPlatformArgs, "provider">>;
  /** Whether its host is called from elsewhere. */
  readonly called?: boolean;
  /** Whether nobody may call the workload itself. */
  readonly silent?: boolean;
}

/** Records what the platform registers for one workload, with the changes of a case. */
export function recordWorkload({
  args,
  platform,
  called = false,
  silent = false,
}: WorkloadCase): Promise<RecordedResource[]> {
  const { serves, ...others } = workload;
  const base = silent || serves === undefined ? others : { ...others, serves };
  return recordGraph(
    () => {
      const cluster = new KubernetesPlatform({
        provider: new Provider("cluster"),
        namespace: "notaries",
        namespaceName: "notaries",
        clusterDomain: "cluster.local",
        hosts: { alpha: { nodes: {}, address: "192.0.2.1", listen: "0.0.0.0" } },
        publishing: { kind: "none" },
        proxyImage: "haproxy@sha256:2",
        nodeImage: "node@sha256:3",
        privateNetworks: ["10.0.0.0/8"],
        imagePullSecrets: [],
        labels: { "dokomodo.stack": "test" },
        ...platform,
      });
      const network = { hosts: ["alpha"], calledFromElsewhere: called ? ["alpha"] : [], linkPort: 7453 };
      cluster.network("east", network, {}).workload("east-beer", { ...base, ...args }, {});
    },
    { reveal: true },
  );
}

/** Finds a resource by its short kind, such as `StatefulSet`, and its name. The default name is the workload's. */
export function found(graph: readonly RecordedResource[], kind: string, name = "east-beer") {
  const resource = graph.find((each) => each.type.endsWith(`:${kind}`) && each.name === name);
  if (resource === undefined) {
    throw new Error(`the graph has no ${kind} ${name}; it has ${graph.map((each) => each.name).join(", ")}`);
  }
  return resource;
}

/** The `spec` of a resource. */
export function specOf(graph: readonly RecordedResource[], kind: string, name?: string) {
  return Object(found(graph, kind, name).inputs["spec"]);
}

/** The daemon's container of the workload in ../workload.ts. */
export function daemonOf() {
  const [daemon] = workload.containers;
  if (daemon === undefined) throw new Error("the workload has no container");
  return daemon;
}
