/**
 * What another program imports from "dokomodo". docs/package.md says how to install it.
 * docs/example is a whole program.
 *
 * @packageDocumentation
 */

/**
 * The list of chains: yours, or the package's own.
 *
 * @example
 * ```ts
 * import { readFileSync } from "node:fs";
 * import * as pulumi from "@pulumi/pulumi";
 * import { type Chain, loadChainList } from "dokomodo";
 *
 * const file = require.resolve("dokomodo/assetchains.yaml");
 * const { chainList, problems } = loadChainList(file, readFileSync(file, "utf8"));
 * if (chainList === undefined) throw new pulumi.RunError(problems.map(({ message }) => message).join("\n"));
 *
 * const kmd: Chain | undefined = chainList.chains.get("KMD");
 * ```
 */
export type { Chain, ChainStatus } from "../chains/chain";
export { type ChainList, loadChainList } from "../chains/list/chainList";
/** The stock images of HAProxy and Node that dokomodo is made for, by digest: `DEFAULT_IMAGES.proxy`. */
export { DEFAULT_IMAGES } from "../notary/defaultImages";
/**
 * Who keeps two Iguanas of one key from working at the same time.
 *
 * @example
 * ```ts
 * import { type LeasePlace, witnessHosts } from "dokomodo";
 *
 * // Iguana runs on alpha. One of two hosts cannot be a majority, so with two there is one witness.
 * const two: LeasePlace = { kind: "witnesses", hosts: witnessHosts("alpha", ["alpha", "beta"]) }; // alpha
 * const more = witnessHosts("alpha", ["alpha", "beta", "gamma", "delta"]); // alpha, beta, gamma
 *
 * // In a cluster a Lease object of its API server takes their place.
 * const inCluster: LeasePlace = { kind: "platform" };
 * ```
 */
export { witnessHosts } from "../notary/placement";
/**
 * How many notary UTXOs the agent keeps on a chain: `utxos` of a NotaryNode, keyed by symbol.
 *
 * @example
 * ```ts
 * import type { NotaryNodeArgs, UtxoBounds } from "dokomodo";
 *
 * const usual: UtxoBounds = { low: 10, high: 50 };
 * export const utxos: NotaryNodeArgs["utxos"] = { KMD: { low: 50, high: 200 }, BEER: usual };
 * ```
 */
export type { Elected, LeasePlace, UtxoBounds } from "../notary/types";
/**
 * Where workloads land: Docker Engines, a namespace of a cluster, or both in one program.
 *
 * @example
 * ```ts
 * import { Provider as DockerProvider } from "@pulumi/docker/provider";
 * import { Provider as KubernetesProvider } from "@pulumi/kubernetes/provider";
 * import { DEFAULT_IMAGES, DockerPlatform, KubernetesPlatform, type Platform, PlatformByHost } from "dokomodo";
 *
 * const docker = new DockerPlatform({
 *   hosts: {
 *     alpha: {
 *       provider: new DockerProvider("alpha", { host: "ssh://ops@198.51.100.10" }),
 *       address: "198.51.100.10",
 *       listen: "0.0.0.0",
 *       socket: "/var/run/docker.sock",
 *     },
 *   },
 *   proxyImage: DEFAULT_IMAGES.proxy,
 *   restarterImage: DEFAULT_IMAGES.agent,
 *   protectVolumes: true,
 *   labels: {},
 * });
 * const cluster = new KubernetesPlatform({
 *   provider: new KubernetesProvider("cluster", { context: "production" }),
 *   namespace: "notaries",
 *   namespaceName: "notaries",
 *   clusterDomain: "cluster.local",
 *   hosts: {
 *     west: { nodes: { "topology.kubernetes.io/zone": "west" }, address: "198.51.100.20", listen: "0.0.0.0" },
 *   },
 *   publishing: { kind: "hostPort" },
 *   proxyImage: DEFAULT_IMAGES.proxy,
 *   nodeImage: DEFAULT_IMAGES.agent,
 *   privateNetworks: ["10.0.0.0/8"],
 *   imagePullSecrets: [],
 *   labels: {},
 * });
 * const both: Platform = new PlatformByHost({ alpha: docker, west: cluster });
 * ```
 */
export { PlatformByHost } from "../platforms/byHost";
export { type DockerHost, DockerPlatform, type DockerPlatformArgs } from "../platforms/docker/platform";
export { KubernetesPlatform } from "../platforms/kubernetes/platform";
export type { KubernetesHost, KubernetesPlatformArgs } from "../platforms/kubernetes/types";
export type { Network, Platform, Workload } from "../platforms/platform";
export { Assetchain, type AssetchainArgs, type DaemonArgs } from "./Assetchain";
export { type Authority, createAuthority } from "./authority";
export type { Callee, ExternalArgs } from "./Callee";
export { ChainNode, type ChainNodeArgs, type DeployedChainArgs, type ExternalChainArgs } from "./ChainNode";
export type { ClientAccess } from "./ClientProxy";
export { type IguanaArgs, IguanaInstance, type IguanaInstanceArgs } from "./IguanaInstance";
export { NotaryNode, type NotaryNodeArgs, type OperatorAccess } from "./NotaryNode";
