import { StatefulSet } from "@pulumi/kubernetes/apps/v1/statefulSet";
import type { core } from "@pulumi/kubernetes/types/input";
import * as pulumi from "@pulumi/pulumi";
import type { VolumeArgs } from "../platform";
import { DATA_VOLUME } from "./names";
import { WORKLOAD } from "./policy";
import { DEFAULT_SIZE_GIB } from "./settings";

/**
 * The API server has taken it, and that is all: what becomes of the pod the program watches itself (kubernetesStart),
 * and tells in the pod's own words. A deletion is waited for all the same (pulumi-kubernetes, metadata/overrides.go).
 */
const TAKEN = { "pulumi.com/waitFor": "jsonpath={.metadata.uid}" };

/** Beyond a pod's own grace: the API server and the kubelet have work before and after it. */
const DELETE_MARGIN_SECONDS = 120;

export interface SetArgs {
  readonly namespace: pulumi.Input<string>;
  readonly labels: Readonly<Record<string, string>>;
  /** Of the pod beside `labels`. */
  readonly podLabels: Readonly<Record<string, string>>;
  readonly spec: core.v1.PodSpec;
  readonly claim?: VolumeArgs | undefined;
  /** The cluster's default where absent. */
  readonly storageClass?: string | undefined;
}

/** One pod that comes back under its name, on its claim. */
export function createSet(name: string, args: SetArgs, opts: pulumi.CustomResourceOptions): StatefulSet {
  const { namespace, labels, spec, claim } = args;
  const selector = { [WORKLOAD]: name };
  const podLabels = { ...labels, ...args.podLabels, ...selector };
  return new StatefulSet(
    name,
    {
      metadata: { name, namespace, labels, annotations: TAKEN },
      spec: {
        replicas: 1,
        serviceName: name,
        podManagementPolicy: "Parallel",
        selector: { matchLabels: selector },
        persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
        template: { metadata: { labels: podLabels }, spec },
        ...(claim === undefined ? {} : { volumeClaimTemplates: [claimTemplate(args, claim, podLabels)] }),
      },
    },
    {
      ...opts,
      // A change would replace the set and leave the claim as it is. An operator lets a volume grow by its claim.
      // (docs/guide/kubernetes.md, volumes)
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
      ...(storageClass === undefined ? {} : { storageClassName: storageClass }),
      resources: { requests: { storage: `${sizeGiB}Gi` } },
    },
  };
}
