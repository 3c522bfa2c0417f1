import { setTimeout as sleep } from "node:timers/promises";
import type { CoreV1Api, V1Pod } from "@kubernetes/client-node";
import { explainCall } from "./callFailure";
import type { Cluster } from "./kubeconfig";
import { judgePull, type Pull } from "./pull";

/** An image that pods on a host will need. */
export interface WantedImage {
  readonly image: string;
  /** Labels of the host's nodes. */
  readonly nodes: Readonly<Record<string, string>>;
  /** For people: the host, and what the image is for. */
  readonly what: string;
}

export interface TrialArgs {
  readonly namespace: string;
  /** The labels of the stack's pods, which the objects of a trial get too. */
  readonly labels: Readonly<Record<string, string>>;
  /** Name of the objects of a trial. No other stack of the namespace uses it. */
  readonly name: string;
  readonly imagePullSecrets: readonly string[];
  /** Content of a Secret of type kubernetes.io/dockerconfigjson; absent if the stack states no logins. */
  readonly logins?: string | undefined;
  readonly onProgress: (waiting: readonly string[]) => Promise<void>;
}

/** Label of the pods that are made only for a trial. */
const TRIAL = "dokomodo.trial";
const LOOK_MILLISECONDS = 1000;
/** Seconds after which the pod of a trial ends by itself, if nobody is left to delete it. */
const PULL_SECONDS = 3600;

/**
 * Tries whether images can be pulled, before a change ends the pods that run (docs/internals/engines.md, a
 * StatefulSet's update). For each image that no pod of its host runs yet, it makes a pod there that does nothing.
 * Returns a message for each image that cannot be had. If no pod of the stack runs, there is nothing to lose, and
 * nothing is tried.
 */
export async function tryImages(
  cluster: Cluster,
  wanted: readonly WantedImage[],
  args: TrialArgs,
): Promise<string[]> {
  const { CoreV1Api } = await import("@kubernetes/client-node");
  const core = cluster.config.makeApiClient(CoreV1Api);
  const { items } = await core.listNamespacedPod({
    namespace: args.namespace,
    labelSelector: selector(args.labels),
  });
  const unknown = unknownImages(items, wanted);
  if (unknown.length === 0) return [];
  await removeTrials(core, args);
  try {
    if (args.logins !== undefined) await createSecret(core, args, args.logins);
    return await pullAll(core, unknown, args);
  } finally {
    await removeTrials(core, args);
  }
}

/**
 * The images that the nodes of their host may lack, because no running pod there uses them. None if no pod runs at all.
 */
export function unknownImages(pods: readonly V1Pod[], wanted: readonly WantedImage[]): WantedImage[] {
  const running = pods.filter(({ status, metadata }) => {
    return status?.phase === "Running" && metadata?.labels?.[TRIAL] === undefined;
  });
  if (running.length === 0) return [];
  return wanted.filter(({ image, nodes }) => {
    return !running.some(({ spec }) => {
      const images = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].map((each) => each.image);
      return images.includes(image) && isSame(spec?.nodeSelector ?? {}, nodes);
    });
  });
}

function isSame(one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean {
  const text = (labels: Readonly<Record<string, string>>) => JSON.stringify(Object.entries(labels).sort());
  return text(one) === text(other);
}

async function pullAll(core: CoreV1Api, wanted: readonly WantedImage[], args: TrialArgs): Promise<string[]> {
  const { namespace } = args;
  const problems: string[] = [];
  const left = new Map<string, WantedImage>();
  await Promise.all(
    wanted.map(async (each) => {
      try {
        const { metadata } = await core.createNamespacedPod({ namespace, body: trialPod(each, args) });
        left.set(metadata?.name ?? "", each);
      } catch (error) {
        problems.push(
          `${each.what}: no pod can be made to try the image ${each.image}: ${explainCall(error)}`,
        );
      }
    }),
  );
  for (const deadline = Date.now() + PULL_SECONDS * 1000; left.size > 0; await sleep(LOOK_MILLISECONDS)) {
    const { items } = await core.listNamespacedPod({
      namespace,
      labelSelector: `${selector(args.labels)},${TRIAL}`,
    });
    for (const [name, { what, image }] of [...left]) {
      const pod = items.find(({ metadata }) => metadata?.name === name);
      const seen: Pull =
        pod === undefined ? { kind: "failed", why: "its pod was deleted" } : judgePull(pod, new Date());
      const pull: Pull =
        seen.kind === "waiting" && Date.now() > deadline ? { kind: "failed", why: seen.why } : seen;
      if (pull.kind === "waiting") continue;
      if (pull.kind === "failed") problems.push(`${what}: the image ${image} cannot be had: ${pull.why}`);
      left.delete(name);
    }
    if (left.size === 0) break;
    await args.onProgress([...left.values()].map(({ what, image }) => `${what}: pulls ${image}`));
  }
  return problems.sort();
}

/**
 * The pod of a trial. It keeps the restricted Pod Security Standard (docs/internals/engines.md, the restricted
 * standard). It does not matter whether its command succeeds.
 */
export function trialPod({ image, nodes }: WantedImage, args: TrialArgs): V1Pod {
  const secrets = [...args.imagePullSecrets, ...(args.logins === undefined ? [] : [args.name])];
  return {
    metadata: { generateName: `${args.name}-`, labels: { ...args.labels, [TRIAL]: "image" } },
    spec: {
      restartPolicy: "Never",
      activeDeadlineSeconds: PULL_SECONDS,
      terminationGracePeriodSeconds: 0,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      nodeSelector: { ...nodes },
      imagePullSecrets: secrets.map((name) => ({ name })),
      securityContext: { runAsNonRoot: true, runAsUser: 65534, seccompProfile: { type: "RuntimeDefault" } },
      containers: [
        {
          name: "image",
          image,
          command: ["true"],
          resources: { requests: { cpu: "1m", memory: "16Mi" }, limits: { memory: "16Mi" } },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"] },
          },
        },
      ],
    },
  };
}

/** Makes a Secret for the trial, because the stack's own may not be there yet, or may have other passwords. */
async function createSecret(
  core: CoreV1Api,
  { namespace, name, labels }: TrialArgs,
  logins: string,
): Promise<void> {
  const body = {
    metadata: { name, labels: { ...labels } },
    type: "kubernetes.io/dockerconfigjson",
    stringData: { ".dockerconfigjson": logins },
  };
  await core.createNamespacedSecret({ namespace, body });
}

/** Removes everything that was made for a trial, also by an earlier run that was killed. */
async function removeTrials(core: CoreV1Api, { namespace, name, labels }: TrialArgs): Promise<void> {
  const { items } = await core.listNamespacedPod({
    namespace,
    labelSelector: `${selector(labels)},${TRIAL}`,
  });
  const pods = items.map(({ metadata }) =>
    core.deleteNamespacedPod({ namespace, name: metadata?.name ?? "", gracePeriodSeconds: 0 }),
  );
  await Promise.all([...pods, core.deleteNamespacedSecret({ namespace, name })].map(ifThere));
}

async function ifThere(deletion: Promise<unknown>): Promise<void> {
  await deletion.catch((error: unknown) => {
    if (Object(error).code !== 404) throw error;
  });
}

function selector(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(",");
}
