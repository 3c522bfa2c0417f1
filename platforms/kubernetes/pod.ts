import type { core } from "@pulumi/kubernetes/types/input";
import * as pulumi from "@pulumi/pulumi";
import { listensCommand } from "../listening";
import type { ContainerArgs, PublishedPort } from "../platform";
import { PROCESS_GROUP, parseUser } from "../user";
import type { PodFiles } from "./files";
import { DATA_VOLUME } from "./names";

/** Seconds that sidecars get after the last container has ended. */
const SIDECAR_SECONDS = 10;

export interface PodArgs {
  /** The first is the one that the pod exists for. */
  readonly containers: readonly ContainerArgs[];
  /** Runs before all of them and longer. */
  readonly sidecar?: ContainerArgs | undefined;
  /** TCP port on which the sidecar answers as soon as it works; absent where it only calls. */
  readonly sidecarPort?: number | undefined;
  /** Loopback port of the first container that tells that it works. */
  readonly readyPort?: number | undefined;
  readonly files: PodFiles;
  readonly serviceAccount: pulumi.Input<string>;
  /** Labels that a node has to have; any node where empty. */
  readonly nodes: Readonly<Record<string, string>>;
  /** Pods that this one is kept apart from where any node will do. */
  readonly apartFrom: Readonly<Record<string, string>>;
  /** Ports of the node that lead to the first container. */
  readonly hostPorts: readonly PublishedPort[];
  /** Address of the node that they are bound to. */
  readonly listen: string;
  readonly imagePullSecrets: readonly pulumi.Input<string>[];
}

/** A pod that the restricted Pod Security Standard takes, host ports aside. */
export function podSpec(args: PodArgs): core.v1.PodSpec {
  const { containers, sidecar, files } = args;
  const [first] = containers;
  if (first === undefined) throw new pulumi.RunError("a pod needs a container");
  const isAnywhere = Object.keys(args.nodes).length === 0;
  return {
    serviceAccountName: args.serviceAccount,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    // The processes are no longer first of their own, so that signals have their usual effect; and the agent ends an
    // Iguana that must not run.
    shareProcessNamespace: true,
    terminationGracePeriodSeconds:
      Math.max(...containers.map(({ graceSeconds }) => graceSeconds)) + SIDECAR_SECONDS,
    securityContext: {
      runAsNonRoot: true,
      // The volume has the group that it had before processes had one of their own, or all its files would change it.
      fsGroup: parseUser(first.user).imageGroup,
      // A chain has hundreds of thousands of files.
      fsGroupChangePolicy: "OnRootMismatch",
      seccompProfile: { type: "RuntimeDefault" },
    },
    ...(args.imagePullSecrets.length === 0
      ? {}
      : { imagePullSecrets: args.imagePullSecrets.map((name) => ({ name })) }),
    ...(isAnywhere ? spread(args.apartFrom) : { nodeSelector: args.nodes }),
    ...(sidecar === undefined ? {} : { initContainers: [sidecarContainer(sidecar, args)] }),
    containers: containers.map((each, index) => ({
      ...container(each, files),
      ...(index > 0 || args.hostPorts.length === 0 ? {} : { ports: hostPorts(args) }),
      ...(index > 0 || args.readyPort === undefined ? {} : { readinessProbe: listens(args.readyPort) }),
    })),
    volumes: [
      ...[...containers, ...(sidecar === undefined ? [] : [sidecar])].flatMap(scratchVolumes),
      ...files.volumes,
    ],
  };
}

/** An init container that goes on running: a native sidecar. */
function sidecarContainer(sidecar: ContainerArgs, { files, sidecarPort }: PodArgs): core.v1.Container {
  const startupProbe = { tcpSocket: { port: sidecarPort ?? 0 }, periodSeconds: 1, failureThreshold: 60 };
  return {
    ...container(sidecar, files),
    restartPolicy: "Always",
    ...(sidecarPort === undefined ? {} : { startupProbe }),
  };
}

function container(args: ContainerArgs, files: PodFiles): core.v1.Container {
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
    ...(workingDirectory === undefined ? {} : { workingDir: workingDirectory }),
    ...(Object.keys(environment).length === 0
      ? {}
      : { env: Object.entries(environment).map(([name, value]) => ({ name, value })) }),
    securityContext: {
      runAsUser: parseUser(user).user,
      runAsGroup: PROCESS_GROUP,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
    // The last lines of the log of one that failed: what the operator is told.
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
      ...scratchDirectories(args).map((mountPath, index) => ({ name: scratchName(role, index), mountPath })),
      ...(files.mounts[role] ?? []),
    ],
  };
}

const SMALL_CPU = 0.01;

function scratchDirectories({ scratch = [] }: ContainerArgs): string[] {
  return ["/tmp", ...scratch];
}

function scratchName(role: string, index: number): string {
  return index === 0 ? `${role}-tmp` : `${role}-scratch-${index}`;
}

function scratchVolumes(args: ContainerArgs): core.v1.Volume[] {
  return scratchDirectories(args).map((_, index) => ({ name: scratchName(args.role, index), emptyDir: {} }));
}

/**
 * Ready is who takes calls, not who has the whole chain: a syncing daemon is ready after seconds. It listens on
 * loopback alone, where no probe of the kubelet's own comes, so its kernel is asked. Nothing kills a daemon that is
 * not ready.
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
    ...(listen === "0.0.0.0" ? {} : { hostIP: listen }),
  }));
}

/** Dozens of daemons on one node while another is idle would be a waste, and no reason not to run them. */
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
