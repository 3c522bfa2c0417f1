import { StatefulSet } from "@pulumi/kubernetes/apps/v1/statefulSet";
import type { core } from "@pulumi/kubernetes/types/input";
import * as pulumi from "@pulumi/pulumi";
import type { VolumeArgs } from "../platform";
import { DATA_VOLUME } from "./names";
import { WORKLOAD } from "./policy";
import { DEFAULT_SIZE_GIB } from "./settings";
import { UNTIL_ACCEPTED } from "./waitFor";

/** Seconds on top of a pod's own grace, because the API server and the kubelet have work before and after it. */
const DELETE_MARGIN_SECONDS = 120;

/**
 * An operation that stops a workload owns the set's number of replicas from then on. With this annotation an update takes
 * the number back, and starts the workload. Without it the update would fail (docs/internals/pulumi.md, patchForce).
 */
const TAKES_OVER = { "pulumi.com/patchForce": "true" };

export interface SetArgs {
  readonly namespace: pulumi.Input<string>;
  readonly labels: Readonly<Record<string, string>>;
  /** Labels of the pod, in addition to `labels`. */
  readonly podLabels: Readonly<Record<string, string>>;
  readonly spec: core.v1.PodSpec;
  readonly claim?: VolumeArgs | undefined;
  /** The cluster's default class if absent. */
  readonly storageClass?: string | undefined;
}

/** Makes a StatefulSet of one pod. A pod that ends comes back with its name and its claim. */
export function createSet(name: string, args: SetArgs, opts: pulumi.CustomResourceOptions): StatefulSet {
  const { namespace, labels, spec, claim } = args;
  const selector = { [WORKLOAD]: name };
  const podLabels = { ...labels, ...args.podLabels, ...selector };
  return new StatefulSet(
    name,
    {
      // The program watches the pod itself, and reports why it does not come up (platforms/kubernetes/start.ts).
      metadata: { name, namespace, labels, annotations: { ...UNTIL_ACCEPTED, ...TAKES_OVER } },
      spec: {
        replicas: 1,
        serviceName: name,
        podManagementPolicy: "Parallel",
        selector: { matchLabels: selector },
        persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
        template: { metadata: { labels: podLabels }, spec },
        volumeClaimTemplates: claim === undefined ? undefined : [claimTemplate(args, claim, podLabels)],
      },
    },
    {
      ...opts,
      // A change would replace the set (docs/internals/pulumi.md, what replaces a StatefulSet), and leave the claim as
      // it is. An operator lets a volume grow by its claim (docs/guide/kubernetes.md, volumes).
      ignoreChanges: ["spec.volumeClaimTemplates"],
      customTimeouts: { delete: deleteTimeout(spec) },
    },
  );
}

function deleteTimeout({ terminationGracePeriodSeconds: grace }: core.v1.PodSpec): string {
  if (typeof grace !== "number") throw new pulumi.RunError("the grace of a pod is a plain number");
  return `${grace + DELETE_MARGIN_SECONDS}s`;
}

function claimTemplate(
  { storageClass }: SetArgs,
  { sizeGiB = DEFAULT_SIZE_GIB }: VolumeArgs,
  labels: Readonly<Record<string, string>>,
) {
  return {
    metadata: { name: DATA_VOLUME, labels },
    spec: {
      accessModes: ["ReadWriteOnce"],
      storageClassName: storageClass,
      resources: { requests: { storage: `${sizeGiB}Gi` } },
    },
  };
}
