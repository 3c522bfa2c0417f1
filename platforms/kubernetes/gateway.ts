import type { StatefulSet } from "@pulumi/kubernetes/apps/v1/statefulSet";
import type * as pulumi from "@pulumi/pulumi";
import { LINK_PORT } from "../haproxy/configuration";
import { gatewayContainer } from "../haproxy/gateway";
import { createFiles } from "./files";
import { podSpec } from "./pod";
import { createGatewayPolicy, GATEWAY_ROLE, NETWORK, type PolicyArgs, ROLE, WORKLOAD } from "./policy";
import { createPublishingService } from "./service";
import { createSet } from "./statefulSet";
import type { KubernetesHost, KubernetesPlatformArgs } from "./types";

type GatewayArgs = Pick<
  KubernetesPlatformArgs,
  | "namespace"
  | "namespaceName"
  | "clusterDomain"
  | "labels"
  | "proxyImage"
  | "publishing"
  | "imagePullSecrets"
> & {
  readonly policy: PolicyArgs;
  readonly host: KubernetesHost;
  /** The port on which it answers callers from outside of the cluster. */
  readonly port: number;
};

/** Makes the gateway that takes all links of a network from outside of the cluster, at one port. */
export function createGateway(
  name: string,
  args: GatewayArgs,
  opts: pulumi.CustomResourceOptions,
): StatefulSet {
  const { namespace, policy, host, port, publishing } = args;
  const selector = { [WORKLOAD]: name };
  const metadata = { name, namespace, labels: args.labels };
  const domain = `${args.namespaceName}.svc.${args.clusterDomain}`;
  const container = gatewayContainer(args.proxyImage, policy.network, { domain });
  const ports = [{ internal: LINK_PORT, external: port }];
  createGatewayPolicy(name, policy, opts);
  createPublishingService(name, { metadata, selector, publishing, ports }, opts);
  const spec = podSpec({
    containers: [container],
    files: createFiles(name, namespace, args.labels, [container], opts),
    serviceAccount: policy.network,
    nodes: host.nodes,
    apartFrom: selector,
    hostPorts: publishing.kind === "hostPort" ? ports : [],
    listen: host.listen,
    imagePullSecrets: args.imagePullSecrets,
  });
  return createSet(
    name,
    { namespace, labels: args.labels, podLabels: { [NETWORK]: policy.network, [ROLE]: GATEWAY_ROLE }, spec },
    opts,
  );
}
