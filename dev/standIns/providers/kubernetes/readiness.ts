import type { Properties } from "../provider";
import type { ApiServer } from "./apiServer";
import { at, countAt, isMap, listAt, nameOf, namespaceOf, textAt } from "./objects";
import { podProblems } from "./pods";

/** Says why an object is not ready. The list is empty when it is ready. */
type Check = (live: Properties, api: ApiServer, signal: AbortSignal) => Promise<readonly string[]>;

/** The checks of each kind. Objects of all other kinds are ready as soon as they exist. */
export const readiness: Readonly<Record<string, Check>> = {
  StatefulSet: statefulSet,
  Deployment: deployment,
  Service: service,
  PersistentVolumeClaim: claim,
};

/** Follows pulumi-kubernetes, await/statefulset.go. */
async function statefulSet(
  live: Properties,
  api: ApiServer,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const wanted = countAt(live, "spec", "replicas");
  const status = (key: string) => countAt(live, "status", key);
  const [current, update] = [
    textAt(live, "status", "currentRevision"),
    textAt(live, "status", "updateRevision"),
  ];
  const onDelete =
    textAt(live, "spec", "updateStrategy", "type") === "OnDelete" &&
    countAt(live, "metadata", "generation") > 1;
  const counts = onDelete ? ["replicas", "readyReplicas"] : ["replicas", "readyReplicas", "currentReplicas"];
  const isRolledOut = onDelete || (current !== "" && current === update);
  const isWhole = counts.every((key) => status(key) === wanted);
  const seen = isSeen(live);
  if (seen && isRolledOut && isWhole) return [];
  const ready = isRolledOut
    ? status("readyReplicas")
    : Math.min(status("readyReplicas"), status("updatedReplicas"));
  return [
    ...(seen && isWhole ? [] : [`${seen ? ready : 0} out of ${wanted} replicas succeeded readiness checks`]),
    ...(seen && isRolledOut
      ? []
      : [`StatefulSet controller failed to advance from revision "${current}" to revision "${update}"`]),
    ...(await podProblems(api, live, signal)),
  ];
}

/** Follows pulumi-kubernetes, await/deployment.go, but reads only the Deployment's own status and not its ReplicaSets. */
async function deployment(live: Properties, api: ApiServer, signal: AbortSignal): Promise<readonly string[]> {
  const wanted = countAt(live, "spec", "replicas");
  const conditions = listAt(live, "status", "conditions");
  const condition = (type: string) => conditions.find((entry) => textAt(entry, "type") === type);
  const [available, progressing] = [condition("Available"), condition("Progressing")];
  const isAvailable = isSeen(live) && textAt(available, "status") === "True";
  const isRolledOut =
    textAt(progressing, "status") === "True" &&
    textAt(progressing, "reason") === "NewReplicaSetAvailable" &&
    countAt(live, "status", "updatedReplicas") >= wanted &&
    countAt(live, "status", "readyReplicas") >= wanted;
  if (isAvailable && isRolledOut) return [];
  const told = [available, progressing]
    .filter((entry) => textAt(entry, "status") === "False")
    .map((entry) => `[${textAt(entry, "reason")}] ${textAt(entry, "message")}`);
  const what = isAvailable
    ? "Attempted to roll forward to new ReplicaSet, but minimum number of Pods did not become live"
    : "Minimum number of live Pods was not attained";
  return [...told, what, ...(await podProblems(api, live, signal))];
}

/** Follows pulumi-kubernetes, await/service.go. A Service without a selector or a cluster IP is not waited for. */
async function service(live: Properties, api: ApiServer, signal: AbortSignal): Promise<readonly string[]> {
  const type = textAt(live, "spec", "type");
  const problems: string[] = [];
  if (type === "LoadBalancer" && listAt(live, "status", "loadBalancer", "ingress").length === 0)
    problems.push("Service was not allocated an IP address; does your cloud provider support this?");
  const selector = at(live, "spec", "selector");
  const hasPods = isMap(selector) && Object.keys(selector).length > 0;
  if (type === "ExternalName" || textAt(live, "spec", "clusterIP") === "None" || !hasPods) return problems;
  const path = `/apis/discovery.k8s.io/v1/namespaces/${encodeURIComponent(namespaceOf(live))}/endpointslices`;
  const slices = await api.list(path, signal, {
    labelSelector: `kubernetes.io/service-name=${nameOf(live)}`,
  });
  const endpoints = slices.flatMap((slice) => listAt(slice, "endpoints"));
  const ready = endpoints.filter((endpoint) => at(endpoint, "conditions", "ready") !== false);
  if (ready.length === 0 || ready.length < endpoints.length)
    problems.push(
      "Service does not target any Pods. Selected Pods may not be ready, or field '.spec.selector' may not match " +
        "labels on any Pods",
    );
  return problems;
}

/** A claim that is bound only with its first pod is ready while it is pending, because nothing else can bind it. */
async function claim(live: Properties, api: ApiServer, signal: AbortSignal): Promise<readonly string[]> {
  const phase = textAt(live, "status", "phase");
  if (phase === "Bound") return [];
  const name = textAt(live, "spec", "storageClassName");
  const path = `/apis/storage.k8s.io/v1/storageclasses/${encodeURIComponent(name)}`;
  const storage = name === "" ? undefined : await api.find(path, signal).catch(() => undefined);
  const waits = textAt(storage, "volumeBindingMode") === "WaitForFirstConsumer";
  return waits && phase === "Pending" ? [] : [`the claim is ${phase || "not looked at yet"}, not Bound`];
}

/** Whether the controller has seen the present generation of the object. */
function isSeen(live: Properties): boolean {
  return countAt(live, "status", "observedGeneration") >= countAt(live, "metadata", "generation");
}
