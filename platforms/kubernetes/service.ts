import { Service } from "@pulumi/kubernetes/core/v1/service";
import type { meta } from "@pulumi/kubernetes/types/input";
import type * as pulumi from "@pulumi/pulumi";
import type { PublishedPort } from "../platform";

/** How ports are open to the world: not at all, at the node that the pod is on, or by a Service. */
export type Publishing =
  | { readonly kind: "none" | "hostPort" | "NodePort" }
  | { readonly kind: "LoadBalancer"; readonly annotations: Readonly<Record<string, string>> };

export interface PublishingArgs {
  readonly metadata: Omit<meta.v1.ObjectMeta, "name">;
  readonly selector: Readonly<Record<string, string>>;
  readonly publishing: Publishing;
  readonly ports: readonly PublishedPort[];
}

/** Makes the Service that opens these ports. None is needed if nothing is published, or if the node itself does it. */
export function createPublishingService(
  name: string,
  { metadata, selector, publishing, ports }: PublishingArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  const { kind } = publishing;
  if (ports.length === 0 || kind === "none" || kind === "hostPort") return;
  // The provider does not wait for the Service's address (docs/internals/pulumi.md, waitFor). That may take long, and
  // whoever deploys can do nothing about it.
  const annotations = {
    "pulumi.com/skipAwait": "true",
    ...(publishing.kind === "LoadBalancer" ? publishing.annotations : {}),
  };
  new Service(
    name,
    {
      metadata: { ...metadata, name, annotations },
      spec: {
        type: kind,
        selector,
        // With `Local` the daemon sees the addresses of its peers, by which it knows them.
        externalTrafficPolicy: "Local",
        ports: ports.map(({ internal, external }) => ({
          name: `port-${internal}`,
          protocol: "TCP",
          targetPort: internal,
          ...(kind === "NodePort" ? { port: internal, nodePort: external } : { port: external }),
        })),
      },
    },
    opts,
  );
}
