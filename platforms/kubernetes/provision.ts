import { posix } from "node:path";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap";
import { PersistentVolumeClaim } from "@pulumi/kubernetes/core/v1/persistentVolumeClaim";
import type { core } from "@pulumi/kubernetes/types/input";
import type * as pulumi from "@pulumi/pulumi";
import { type ContainerArgs, DOWNLOADS_DIRECTORY } from "../platform";
import {
  PROVISION_COMMAND,
  PROVISION_ROLE,
  type ProvisionDirectory,
  planFile,
  provisionPlan,
  provisionProgram,
  provisionsOf,
} from "../provision";
import { claimName, DATA_VOLUME } from "./names";
import type { KubernetesHost, KubernetesPlatformArgs } from "./types";
import { UNTIL_ACCEPTED } from "./waitFor";

/** GiB of a claim for downloads. The parameter files of the Komodo family have 0.8 GB. */
const DOWNLOADS_GIB = 4;
const DOWNLOADS_VOLUME = "downloads";
const PROGRAM_VOLUME = "program";
/** Where a pod's own downloads are in the volume of its chain, if its host is many nodes. */
const OWN_DOWNLOADS = ".dokomodo-downloads";
/** Where the init container mounts the volume that it fills, and the claim for downloads. */
const DATA_DIRECTORY = "/var/lib/dokomodo/data";
/** The file that the kubelet mounts for a termination message. It is the default of `terminationMessagePath`. */
const TERMINATION_MESSAGE = "/dev/termination-log";
/** The label that the nodes of a host have if the host is one node. */
const HOSTNAME = "kubernetes.io/hostname";

/** The claim for the downloads of a host, which is one node. All pods on it share the claim. */
export interface DownloadsClaim {
  readonly name: string;
  /** The name, once the claim is there. */
  readonly created: pulumi.Input<string>;
}

export function createDownloadsClaim(
  name: string,
  { namespace, labels, storageClass }: KubernetesPlatformArgs,
  opts: pulumi.CustomResourceOptions,
): DownloadsClaim {
  const claim = new PersistentVolumeClaim(
    name,
    {
      // A claim may stay unbound until the first pod that uses it has a node, so the provider does not wait for that.
      metadata: { name, namespace, labels, annotations: UNTIL_ACCEPTED },
      spec: {
        accessModes: ["ReadWriteOnce"],
        storageClassName: storageClass,
        resources: { requests: { storage: `${DOWNLOADS_GIB}Gi` } },
      },
    },
    // The API server fills in the default class. A claim is never replaced.
    { ...opts, ignoreChanges: ["spec"] },
  );
  return { name, created: claim.metadata.name };
}

/**
 * The program that provides pods with what they need, in one object for all of them, because it is large. It is
 * immutable and named by the provider, so another program replaces the pods (platforms/kubernetes/files.ts).
 */
export function createProgram(
  name: string,
  { namespace, labels }: KubernetesPlatformArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const { path, content } = provisionProgram();
  const data = { [posix.basename(path)]: content };
  return new ConfigMap(name, { metadata: { namespace, labels }, immutable: true, data }, opts).metadata.name;
}

/** Whether a host is one node, so that its pods can share a claim. */
export function isOneNode({ nodes }: KubernetesHost): boolean {
  const labels = Object.keys(nodes);
  return labels.length === 1 && labels[0] === HOSTNAME;
}

/** What a pod has to get what its first container needs before it starts. */
export interface PodProvision {
  /** The init container that fetches it. */
  readonly container: ContainerArgs;
  readonly containerMounts: readonly core.v1.VolumeMount[];
  /** How the first container finds it. */
  readonly mounts: readonly core.v1.VolumeMount[];
  readonly volumes: readonly core.v1.Volume[];
}

/** Objects that pods share to be provided with what they need. */
export interface ProvisionObjects {
  /** Makes the ConfigMap with the program if it is not there, and returns its name. */
  program(): pulumi.Input<string>;
  /** Makes the claim for the downloads of the host if it is not there; undefined if the host is many nodes. */
  claim(): DownloadsClaim | undefined;
}

/** The part of the pod of a workload that provides what `first` needs; undefined if it needs nothing. */
export function podProvision(
  workload: string,
  first: ContainerArgs,
  {
    nodeImage,
    namespaceName,
    downloadPlaces = {},
  }: Pick<KubernetesPlatformArgs, "nodeImage" | "namespaceName" | "downloadPlaces">,
  objects: ProvisionObjects,
): PodProvision | undefined {
  const provisions = provisionsOf(first);
  if (provisions === undefined) return undefined;
  const needsDownloads = provisions.downloads.length > 0;
  const claim = needsDownloads ? objects.claim() : undefined;
  const isShared = claim !== undefined;
  const volume = ofClaim(claimName(workload), namespaceName, DATA_DIRECTORY);
  const plan = provisionPlan(provisions, downloadPlaces, {
    downloads: isShared
      ? ofClaim(claim.name, namespaceName, DOWNLOADS_DIRECTORY)
      : { ...volume, path: `${DATA_DIRECTORY}/${OWN_DOWNLOADS}` },
    volume,
    byHand: BY_HAND,
    terminationMessage: TERMINATION_MESSAGE,
  });
  const mount: core.v1.VolumeMount = isShared
    ? { name: DOWNLOADS_VOLUME, mountPath: DOWNLOADS_DIRECTORY }
    : { name: DATA_VOLUME, mountPath: DOWNLOADS_DIRECTORY, subPath: OWN_DOWNLOADS };
  return {
    container: {
      role: PROVISION_ROLE,
      image: nodeImage,
      command: PROVISION_COMMAND,
      files: [planFile(plan)],
      user: first.user,
      environment: {},
      memoryMiB: 256,
      requests: { memoryMiB: 64 },
      graceSeconds: 10,
    },
    containerMounts: [
      { name: PROGRAM_VOLUME, mountPath: posix.dirname(provisionProgram().path), readOnly: true },
      ...(first.volume === undefined ? [] : [{ name: DATA_VOLUME, mountPath: DATA_DIRECTORY }]),
      ...(needsDownloads && isShared ? [mount] : []),
    ],
    mounts: needsDownloads ? [{ ...mount, readOnly: true }] : [],
    volumes: [
      { name: PROGRAM_VOLUME, configMap: { name: objects.program(), defaultMode: 0o444 } },
      ...(claim === undefined
        ? []
        : [{ name: DOWNLOADS_VOLUME, persistentVolumeClaim: { claimName: claim.created } }]),
    ],
  };
}

/** How an operator brings files to the pods. They see no directory of a node. */
const BY_HAND =
  "To bring the files by hand, put them under these names on a web server that the pods reach, and name the URL of their " +
  'folder in the config, such as `dokomodo:downloads: { mirror: "http://192.0.2.10:8080" }`. A server in a private ' +
  "network is named by its address. Then run `pulumi up` again.";

/** A claim as people know it. */
function ofClaim(claim: string, namespace: string, path: string): ProvisionDirectory {
  return {
    path,
    called: `the claim ${claim} of the namespace ${namespace}`,
    makeRoom:
      "Make room on the disk that the cluster keeps it on, or let the claim ask for more if its storage class can grow " +
      `it: kubectl --namespace ${namespace} edit pvc ${claim}. The cluster tries again by itself.`,
  };
}
