import { changedKeys, type Failure, hasUnknown, type Properties } from "../provider";
import { ApiServer } from "./apiServer";
import { type Choice, clusterOf, loadKubeconfig } from "./kubeconfig";

/** What all resources of one provider share. */
export interface Session {
  readonly api: ApiServer;
  /** Namespace of objects that state none. */
  readonly namespace: string;
  readonly upsertExistingObjects: boolean;
  readonly enablePatchForce: boolean;
  readonly mutable: { readonly ConfigMap: boolean; readonly Secret: boolean };
  readonly deleteUnreachable: boolean;
}

/** Values of inputs that this provider refuses, because it does not implement what they ask for. */
const refused: Readonly<Record<string, string>> = {
  skipUpdateUnreachable: "true",
  enableServerSideApply: "false",
};

export function checkConfig(inputs: Properties): Failure[] {
  const failures = Object.entries(refused)
    .filter(([property, value]) => String(inputs[property]) === value)
    .map(([property, value]) => ({
      property,
      reason: `the offline kubernetes provider does not support ${property}: ${value}; leave it out`,
    }));
  if (textOf(inputs, "renderYamlToDirectory") === "") return failures;
  const reason = "the offline kubernetes provider cannot render files; leave it out";
  return [...failures, { property: "renderYamlToDirectory", reason }];
}

/**
 * The changed inputs that replace all resources. A kubeconfig does not say whether it means the same cluster as before. So all
 * is replaced when the active cluster's settings change, and when they are not known yet (pulumi-kubernetes, DiffConfig). An
 * equal `clusterIdentifier` prevents this.
 */
export function replacingConfig(before: Properties, after: Properties): readonly string[] {
  const identifier = "clusterIdentifier";
  const [old, now] = [textOf(before, identifier), textOf(after, identifier)];
  if (now !== "" && old === now) return [];
  const identity = old !== "" && now !== "" ? [identifier] : [];
  const unknown = choiceKeys.find((key) => hasUnknown(after[key]));
  if (unknown !== undefined) return [...identity, unknown];
  const clusters = [clusterOf(choiceOf(before)), clusterOf(choiceOf(after))];
  const [was, is] = clusters;
  if (was === undefined || is === undefined || JSON.stringify(was) === JSON.stringify(is)) return identity;
  return [...identity, ...changedKeys(pick(before), pick(after))];
}

export function configure(inputs: Properties): Session {
  const on = (name: string, variable: string) => String(inputs[name] ?? process.env[variable]) === "true";
  const choice = choiceOf(inputs);
  const common = {
    upsertExistingObjects: on("upsertExistingObjects", "PULUMI_K8S_UPSERT_EXISTING_OBJECTS"),
    enablePatchForce: on("enablePatchForce", "PULUMI_K8S_ENABLE_PATCH_FORCE"),
    mutable: {
      ConfigMap: on("enableConfigMapMutable", "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE"),
      Secret: on("enableSecretMutable", "PULUMI_K8S_ENABLE_SECRET_MUTABLE"),
    },
    deleteUnreachable: on("deleteUnreachable", "PULUMI_K8S_DELETE_UNREACHABLE"),
  };
  const stated = textOf(inputs, "namespace");
  try {
    const config = loadKubeconfig(choice);
    const inContext = config.getContextObject(config.currentContext)?.namespace ?? "";
    return { ...common, api: new ApiServer(config), namespace: stated || inContext || "default" };
  } catch (error) {
    // Only the first line is shown, because the following lines quote the kubeconfig, which has tokens.
    const [reason] = (error instanceof Error ? error.message : String(error)).split("\n");
    const what =
      choice.kubeconfig === ""
        ? `unable to load Kubernetes client configuration from kubeconfig file: ${reason}`
        : `failed to parse kubeconfig data in \`kubernetes:config:kubeconfig\`- ${reason}`;
    return { ...common, api: new ApiServer(what), namespace: stated || "default" };
  }
}

const choiceKeys = ["kubeconfig", "context", "cluster"] as const;

function choiceOf(inputs: Properties): Choice {
  const [kubeconfig, context, cluster] = [
    textOf(inputs, "kubeconfig"),
    textOf(inputs, "context"),
    textOf(inputs, "cluster"),
  ];
  return { kubeconfig, context, cluster };
}

function pick(inputs: Properties): Properties {
  return Object.fromEntries(choiceKeys.map((key) => [key, inputs[key]]));
}

/** An input as text. An object, such as a kubeconfig, is turned into JSON. */
function textOf(inputs: Properties, key: string): string {
  const value = inputs[key];
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
