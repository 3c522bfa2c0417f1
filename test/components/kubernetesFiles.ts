import { posix } from "node:path";
import type { RecordedResource } from "./recordGraph";

/** Text by `container path`, in names of Docker's: `east-beer /run/dokomodo/files`, `east-beer-proxy /run/…`. */
export type RenderedFiles = Readonly<Record<string, string>>;

/** What the containers of a graph on Docker find in their files. */
export function filesOnDocker(graph: readonly RecordedResource[]): RenderedFiles {
  const containers = graph.filter(({ type }) => type === "docker:index/container:Container");
  return Object.fromEntries(
    containers.flatMap(({ name, inputs }) => {
      const uploads: readonly { file: string; content: string }[] = Object(inputs["uploads"] ?? []);
      return uploads.map(({ file, content }) => [`${name} ${file}`, content]);
    }),
  );
}

/** The same for a graph on Kubernetes: through mounts and projected volumes to Secret and ConfigMap. */
export function filesOnKubernetes(graph: readonly RecordedResource[]): RenderedFiles {
  return Object.fromEntries(podsOf(graph).flatMap(({ name, spec }) => filesOfPod(name, spec, graph)));
}

/** The pods that the StatefulSets of a graph make. */
export interface PodOutline {
  readonly initContainers?: readonly ContainerOutline[];
  readonly containers: readonly ContainerOutline[];
  readonly volumes: readonly VolumeOutline[];
  readonly [key: string]: unknown;
}

export interface ContainerOutline {
  readonly name: string;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
  readonly [key: string]: unknown;
}

interface VolumeOutline {
  readonly name: string;
  readonly projected?: { readonly sources: readonly SourceOutline[] };
  readonly [key: string]: unknown;
}

type SourceOutline = Partial<
  Record<
    "secret" | "configMap",
    { readonly name?: string; readonly items: readonly { key: string; path: string }[] }
  >
>;

export function podsOf(graph: readonly RecordedResource[]): { name: string; spec: PodOutline }[] {
  return graph
    .filter(({ type }) => type === "kubernetes:apps/v1:StatefulSet")
    .map(({ name, inputs }) => ({ name, spec: Object(inputs["spec"]).template.spec }));
}

export function containersOf({ initContainers = [], containers }: PodOutline): readonly ContainerOutline[] {
  return [...containers, ...initContainers];
}

function filesOfPod(pod: string, spec: PodOutline, graph: readonly RecordedResource[]): [string, string][] {
  const first = spec.containers[0]?.name;
  return containersOf(spec).flatMap(({ name, volumeMounts }) => {
    const container = name === first ? pod : `${pod}-${name}`;
    return volumeMounts.flatMap((mount) => {
      const sources = spec.volumes.find((volume) => volume.name === mount.name)?.projected?.sources ?? [];
      return sources.flatMap(({ secret, configMap }) => {
        const texts = secret === undefined ? dataOf(graph, pod, "ConfigMap") : dataOf(graph, pod, "Secret");
        const items = (secret ?? configMap)?.items ?? [];
        return items
          .filter(({ key }) => key in texts)
          .map(({ key, path }): [string, string] => [
            `${container} ${posix.join(mount.mountPath, path)}`,
            texts[key] ?? "",
          ]);
      });
    });
  });
}

function dataOf(graph: readonly RecordedResource[], name: string, kind: string): Record<string, string> {
  const found = graph.find((one) => one.name === name && one.type === `kubernetes:core/v1:${kind}`);
  return Object(found?.inputs[kind === "Secret" ? "stringData" : "data"] ?? {});
}
