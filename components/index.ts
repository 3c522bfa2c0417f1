/** What another program imports from "dokomodo". */
export type { Chain } from "../chains/chain";
export { loadRegistry, type Registry } from "../chains/list/registry";
export { witnessHosts } from "../notary/placement";
export type { Elected, LeasePlace } from "../notary/types";
export { PlatformByHost } from "../platforms/byHost";
export { DockerPlatform, type DockerPlatformArgs } from "../platforms/docker/platform";
export { KubernetesPlatform } from "../platforms/kubernetes/platform";
export type { KubernetesPlatformArgs } from "../platforms/kubernetes/types";
export type { Network, Platform, Workload } from "../platforms/platform";
export { Assetchain, type AssetchainArgs, type DaemonArgs } from "./Assetchain";
export type { Callee, ExternalArgs } from "./Callee";
export { type IguanaArgs, IguanaInstance, type IguanaInstanceArgs } from "./IguanaInstance";
export {
  type DeployedChainArgs,
  type ExternalChainArgs,
  NotaryNode,
  type NotaryNodeArgs,
  type OperatorAccess,
} from "./NotaryNode";
