import type { core } from "@pulumi/kubernetes/types/input";
import * as pulumi from "@pulumi/pulumi";
import { listensCommand } from "../listening";
import type { ContainerArgs, PublishedPort } from "../platform";
import { PROCESS_GROUP, parseUser } from "../user";
import type { PodFiles } from "./files";
import { DATA_VOLUME } from "./names";
import type { PodProvision } from "./provision";

/** Seconds that sidecars get after the last container has ended. */
const SIDECAR_SECONDS = 10;

export interface PodArgs {
  /** The pod's containers. The first is the one that the pod exists for. */
  readonly containers: readonly ContainerArgs[];
  /** A container that starts before all of them, and ends after them. */
  readonly sidecar?: ContainerArgs | undefined;
  /** What the first container gets before it starts. */
  readonly provision?: PodProvision | undefined;
  /** TCP port on which the sidecar answers as soon as it works; absent if it only calls. */
  readonly sidecarPort?: number | undefined;
  /** Loopback port on which the first container listens as soon as it works. */
  readonly readyPort?: number | undefined;
  readonly files: PodFiles;
  readonly serviceAccount: pulumi.Input<string>;
  /** Labels that a node has to have; any node will do if empty. */
  readonly nodes: Readonly<Record<string, string>>;
  /** Labels of pods that this one is kept apart from if any node will do. */
  readonly apartFrom: Readonly<Record<string, string>>;
  /** Ports of the node that lead to the first container. */
  readonly hostPorts: readonly PublishedPort[];
  /** Address of the node that they are bound to. */
  readonly listen: string;
  readonly imagePullSecrets: readonly pulumi.Input<string>[];
}

/**
 * The specification of a pod. It keeps the restricted Pod Security Standard, except for host ports
 * (docs/internals/engines.md, the restricted standard).
 */
export function podSpec(args: PodArgs): core.v1.PodSpec {
  const { containers, sidecar, files, provision } = args;
  const [first] = containers;
  if (first === undefined) throw new pulumi.RunError("a pod needs a container");
  const isAnywhere = Object.keys(args.nodes).length === 0;
  return {
    serviceAccountName: args.serviceAccount,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    // With one PID namespace for the pod, signals have their usual effect on the processes (docs/internals/engines.md,
    // one PID namespace for a pod), and the agent can end an Iguana that must not run.
    shareProcessNamespace: true,
    terminationGracePeriodSeconds:
      Math.max(...containers.map(({ graceSeconds }) => graceSeconds)) + SIDECAR_SECONDS,
    securityContext: {
      runAsNonRoot: true,
      // Volumes keep the group of the image, which they have had since before PROCESS_GROUP was introduced. With
      // another group the kubelet would change all their files.
      fsGroup: parseUser(first.user).imageGroup,
      // A chain has hundreds of thousands of files, so the kubelet should not look at each of them.
      fsGroupChangePolicy: "OnRootMismatch",
      seccompProfile: { type: "RuntimeDefault" },
    },
    imagePullSecrets:
      args.imagePullSecrets.length === 0 ? undefined : args.imagePullSecrets.map((name) => ({ name })),
    ...(isAnywhere ? spread(args.apartFrom) : { nodeSelector: args.nodes }),
    initContainers: initContainers(args),
    containers: containers.map((each, index) => ({
      ...container(each, files, index > 0 ? [] : provision?.mounts),
      ports: index > 0 || args.hostPorts.length === 0 ? undefined : hostPorts(args),
      readinessProbe: index > 0 || args.readyPort === undefined ? undefined : listens(args.readyPort),
    })),
    volumes: [
      ...[...containers, ...present(sidecar), ...present(provision?.container)].flatMap(scratchVolumes),
      ...(provision?.volumes ?? []),
      ...files.volumes,
    ],
  };
}

function initContainers({ sidecar, provision, ...args }: PodArgs): core.v1.Container[] | undefined {
  const made = [
    ...present(provision).map((each) => container(each.container, args.files, each.containerMounts)),
    ...present(sidecar).map((each) => sidecarContainer(each, args)),
  ];
  return made.length === 0 ? undefined : made;
}

function present<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value];
}

/** An init container that goes on running (docs/internals/engines.md, sidecars). */
function sidecarContainer(
  sidecar: ContainerArgs,
  { files, sidecarPort }: Pick<PodArgs, "files" | "sidecarPort">,
): core.v1.Container {
  const startupProbe = { tcpSocket: { port: sidecarPort ?? 0 }, periodSeconds: 1, failureThreshold: 60 };
  return {
    ...container(sidecar, files),
    restartPolicy: "Always",
    startupProbe: sidecarPort === undefined ? undefined : startupProbe,
  };
}

function container(
  args: ContainerArgs,
  files: PodFiles,
  mounts: readonly core.v1.VolumeMount[] = [],
): core.v1.Container {
  const {
    role,
    image,
    command,
    user,
    environment,
    workingDirectory,
    memoryMiB,
    requests = {},
    volume,
  } = args;
  return {
    name: role,
    image,
    command: [...command],
    workingDir: workingDirectory,
    env:
      Object.keys(environment).length === 0
        ? undefined
        : Object.entries(environment).map(([name, value]) => ({ name, value })),
    securityContext: {
      runAsUser: parseUser(user).user,
      runAsGroup: PROCESS_GROUP,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
    // The operator is told what a container that failed wrote to its termination message, or the last lines of its log.
    terminationMessagePolicy: "FallbackToLogsOnError",
    resources: {
      limits: { memory: `${memoryMiB}Mi` },
      requests: {
        cpu: `${Math.round((requests.cpu ?? SMALL_CPU) * 1000)}m`,
        memory: `${requests.memoryMiB ?? memoryMiB}Mi`,
      },
    },
    volumeMounts: [
      ...(volume === undefined ? [] : [{ name: DATA_VOLUME, mountPath: volume.mountPath }]),
      ...mounts,
      ...scratchDirectories(args).map((mountPath, index) => ({ name: scratchName(role, index), mountPath })),
      ...(files.mounts[role] ?? []),
    ],
  };
}

const SMALL_CPU = 0.01;

function scratchDirectories({ ownDirectories = [], scratch = [] }: ContainerArgs): string[] {
  return [...new Set(["/tmp", ...ownDirectories, ...scratch])];
}

function scratchName(role: string, index: number): string {
  return index === 0 ? `${role}-tmp` : `${role}-scratch-${index}`;
}

function scratchVolumes(args: ContainerArgs): core.v1.Volume[] {
  return scratchDirectories(args).map((_, index) => ({ name: scratchName(args.role, index), emptyDir: {} }));
}

/**
 * A daemon is ready when it takes calls, even if it does not have the whole chain yet. It listens on loopback, which
 * the kubelet's own probes do not reach, so a command in the container looks. Nothing kills a daemon that is not ready.
 */
function listens(port: number): core.v1.Probe {
  return { exec: { command: listensCommand(port) }, periodSeconds: 15, timeoutSeconds: 5 };
}

function hostPorts({ hostPorts: ports, listen }: PodArgs): core.v1.ContainerPort[] {
  return ports.map(({ internal, external }) => ({
    name: `p2p-${internal}`,
    containerPort: internal,
    hostPort: external,
    protocol: "TCP",
    hostIP: listen === "0.0.0.0" ? undefined : listen,
  }));
}

/**
 * Spreads pods over the nodes, so that dozens of daemons do not share one node while another is idle. They run all the
 * same if they cannot be spread.
 */
function spread(
  matchLabels: Readonly<Record<string, string>>,
): Pick<core.v1.PodSpec, "topologySpreadConstraints"> {
  return {
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: "kubernetes.io/hostname",
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: { matchLabels },
      },
    ],
  };
}
