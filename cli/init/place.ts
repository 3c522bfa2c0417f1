/** Where a new stack runs. */
export interface Place {
  /** For people: `unix:///var/run/docker.sock (203.0.113.7)`. */
  readonly description: string;
  /** The one host, as the stack's file states it. */
  readonly host: { readonly name: string; readonly [key: string]: unknown };
  /** The cluster; absent for a Docker host. */
  readonly cluster?: NewCluster | undefined;
  /** Commands that show what runs, and the log of a workload. */
  readonly looks: (workload: string) => readonly string[];
}

/** The cluster of a new stack, as the stack's file states it. */
export interface NewCluster {
  readonly kubeconfig?: string | undefined;
  readonly context: string;
  readonly namespace: string;
  /** The cluster's default class if absent. */
  readonly storageClass?: string | undefined;
  /** GiB, keyed by symbol. */
  readonly storage: Readonly<Record<string, number>>;
  readonly publish: string;
}

/** The options that say where a stack runs. */
export interface PlaceOptions {
  readonly platform: "docker" | "kubernetes";
  readonly host?: string | undefined;
  readonly address?: string | undefined;
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly namespace?: string | undefined;
  readonly node?: string | undefined;
  readonly storageClass?: string | undefined;
  readonly storage?: readonly string[] | undefined;
  readonly publish?: string | undefined;
}
