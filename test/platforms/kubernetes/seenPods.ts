import type { CoreV1Event, V1ContainerStatus, V1Pod, V1PodCondition } from "@kubernetes/client-node";
import type { Seen } from "../../../platforms/kubernetes/verdict";

/** The time at which the pods are judged. */
export const NOW = new Date("2026-01-01T12:00:00Z");
export const ago = (seconds: number) => new Date(NOW.getTime() - seconds * 1000);

export interface PodCase {
  /** Seconds since it was made. */
  readonly age?: number;
  readonly conditions?: readonly V1PodCondition[];
  readonly daemon?: Partial<V1ContainerStatus>;
  readonly proxy?: Partial<V1ContainerStatus>;
  readonly provision?: Partial<V1ContainerStatus>;
  readonly metadata?: V1Pod["metadata"];
  readonly spec?: V1Pod["spec"];
}

export const running = (seconds: number): Partial<V1ContainerStatus> => ({
  state: { running: { startedAt: ago(seconds) } },
});
export const held = (reason: string, message?: string): Partial<V1ContainerStatus> => ({
  state: { waiting: { reason, ...(message === undefined ? {} : { message }) } },
});
export const unschedulable = {
  type: "PodScheduled",
  status: "False",
  message: "0/3 nodes: insufficient memory",
};
export const ready = { type: "Ready", status: "True" };

function container(name: string, status: Partial<V1ContainerStatus>): V1ContainerStatus {
  return { name, image: `${name}:dev`, imageID: "", ready: false, restartCount: 0, ...status };
}

/** A pod. It has the status of a container only when the case states one. */
export function podOf({
  age = 10,
  conditions = [],
  daemon,
  proxy,
  provision,
  metadata = {},
  spec,
}: PodCase): V1Pod {
  const init = [
    ...(provision === undefined ? [] : [container("provision", provision)]),
    ...(proxy === undefined ? [] : [container("proxy", proxy)]),
  ];
  return {
    metadata: {
      creationTimestamp: ago(age),
      labels: { "controller-revision-hash": "east-kmd-2" },
      ...metadata,
    },
    ...(spec === undefined ? {} : { spec }),
    status: {
      conditions: [...conditions],
      ...(daemon === undefined ? {} : { containerStatuses: [container("daemon", daemon)] }),
      ...(init.length === 0 ? {} : { initContainerStatuses: init }),
    },
  };
}

export const SET = {
  metadata: { generation: 3, creationTimestamp: ago(100) },
  status: { observedGeneration: 3, updateRevision: "east-kmd-2", replicas: 1 },
};

export function seen(pod: PodCase, events: readonly CoreV1Event[] = []): Seen {
  return { set: SET, pod: podOf(pod), events };
}

export function event(reason: string, message: string, age: number, type = "Warning"): CoreV1Event {
  return { reason, message, type, lastTimestamp: ago(age), involvedObject: {}, metadata: {} };
}
