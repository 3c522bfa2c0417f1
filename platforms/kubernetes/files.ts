import { posix } from "node:path";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap";
import { Secret } from "@pulumi/kubernetes/core/v1/secret";
import type { core } from "@pulumi/kubernetes/types/input";
import * as pulumi from "@pulumi/pulumi";
import type { ContainerArgs, FileArgs, LeaseLocation } from "../platform";

/** The directory with which a container calls the API server to keep its lease. It has `token` and `ca.crt`. */
const API_DIRECTORY = "/run/dokomodo/api";

/** Seconds for which a token counts. The kubelet renews it before (docs/internals/engines.md, tokens). */
const TOKEN_SECONDS = 3600;

/** The volumes of a pod, and how its containers mount them: each container sees its own files and no other's. */
export interface PodFiles {
  readonly volumes: readonly pulumi.Input<core.v1.Volume>[];
  /** Keyed by the container's role. */
  readonly mounts: Readonly<Record<string, readonly core.v1.VolumeMount[]>>;
}

/**
 * Keeps a workload's files in one Secret and one ConfigMap. Both are immutable and named by the provider. So a changed
 * file makes an object with another name, which replaces the workload's pod (docs/internals/pulumi.md, secrets and
 * ConfigMaps).
 */
export function createFiles(
  name: string,
  namespace: pulumi.Input<string>,
  labels: Readonly<Record<string, string>>,
  containers: readonly ContainerArgs[],
  opts: pulumi.CustomResourceOptions,
): PodFiles {
  const entries = containers.flatMap((container) =>
    filesOf(container).map((file) => ({ ...file, key: key(container.role, file) })),
  );
  const secrets = entries.filter(({ content }) => !isPublic(content));
  const configs = entries.filter(({ content }) => isPublic(content));
  const metadata = { namespace, labels };
  const secret =
    secrets.length === 0
      ? undefined
      : new Secret(name, { metadata, immutable: true, stringData: pulumi.secret(contents(secrets)) }, opts);
  const configMap =
    configs.length === 0
      ? undefined
      : new ConfigMap(name, { metadata, immutable: true, data: contents(configs) }, opts);
  const volumes = containers.flatMap((container) => filesVolume(container, { secret, configMap }));
  return {
    volumes: [...volumes, ...containers.flatMap(({ role, lease }) => apiVolume(role, lease))],
    mounts: Object.fromEntries(
      containers.map(({ role, files, lease, accounts }) => [
        role,
        [
          ...(files.length === 0
            ? []
            : [{ name: `files-${role}`, mountPath: commonDirectory(files), readOnly: true }]),
          ...(accounts === undefined
            ? []
            : [{ name: `files-${role}`, mountPath: "/etc/passwd", subPath: ACCOUNTS, readOnly: true }]),
          ...(lease === undefined ? [] : [{ name: `api-${role}`, mountPath: API_DIRECTORY, readOnly: true }]),
        ],
      ]),
    ),
  };
}

/** Whether a file may go into the ConfigMap. A plain string may, because it holds no secret (FileArgs). */
function isPublic(content: pulumi.Input<string>): boolean {
  return typeof content === "string";
}

function contents(
  files: readonly (FileArgs & { readonly key: string })[],
): Record<string, pulumi.Input<string>> {
  return Object.fromEntries(files.map(({ key, content }) => [key, content]));
}

/** The file's key in the Secret or ConfigMap: letters, digits, `-`, `_` and `.`. Two paths never have the same key. */
function key(role: string, { path }: FileArgs): string {
  const escaped = (character: string) => `_${character.codePointAt(0)?.toString(16)}_`;
  return `${role}${path.replaceAll(/[^-.a-zA-Z0-9/]/gu, escaped).replaceAll("/", "__")}`;
}

/** Name of the file with a container's accounts in the directory of its files. */
const ACCOUNTS = "passwd";

/** A container's files, and among them that of its accounts. */
function filesOf({ files, accounts }: Pick<ContainerArgs, "files" | "accounts">): readonly FileArgs[] {
  if (accounts === undefined) return files;
  return [...files, { path: posix.join(commonDirectory(files), ACCOUNTS), content: accounts }];
}

function filesVolume(
  container: ContainerArgs,
  sources: { secret: Secret | undefined; configMap: ConfigMap | undefined },
): core.v1.Volume[] {
  const { role } = container;
  const files = filesOf(container);
  if (files.length === 0) return [];
  const directory = commonDirectory(files);
  const items = (wanted: boolean) =>
    files
      .filter(({ content }) => isPublic(content) === wanted)
      .map((file) => ({ key: key(role, file), path: posix.relative(directory, file.path) }));
  const source = (object: Secret | ConfigMap | undefined, wanted: boolean) =>
    object === undefined || items(wanted).length === 0
      ? []
      : [{ name: object.metadata.name, items: items(wanted) }];
  return [
    {
      name: `files-${role}`,
      projected: {
        // Everybody in the container may read the files, because only the container's own user is there.
        defaultMode: 0o444,
        sources: [
          ...source(sources.configMap, true).map((configMap) => ({ configMap })),
          ...source(sources.secret, false).map((secret) => ({ secret })),
        ],
      },
    },
  ];
}

function apiVolume(role: string, lease: LeaseLocation | undefined): core.v1.Volume[] {
  if (lease === undefined) return [];
  const authority = { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] };
  const token = { path: "token", expirationSeconds: TOKEN_SECONDS };
  const sources = [{ serviceAccountToken: token }, { configMap: authority }];
  return [{ name: `api-${role}`, projected: { defaultMode: 0o444, sources } }];
}

/** The deepest directory that all of a container's files are under. */
function commonDirectory(files: readonly FileArgs[]): string {
  const [first = [], ...others] = files.map(({ path }) => posix.dirname(path).split("/"));
  const length = first.findIndex((part, index) => others.some((other) => other[index] !== part));
  return (length === -1 ? first : first.slice(0, length)).join("/");
}
