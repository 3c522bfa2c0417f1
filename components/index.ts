/** What another program imports from "dokomodo". */
export type { Chain } from "../chains/chain";
export { loadRegistry, type Registry } from "../chains/list/registry";
export { witnessHosts } from "../notary/placement";
export { PlatformByHost } from "../platforms/byHost";
export { DockerPlatform, type DockerPlatformArgs } from "../platforms/docker/platform";
export { KubernetesPlatform, type KubernetesPlatformArgs } from "../platforms/kubernetes/platform";
export type { Network, Platform, Workload } from "../platforms/platform";
export { Assetchain, type AssetchainArgs, type DaemonArgs } from "./Assetchain";
export type { Callee, ExternalArgs } from "./Callee";
export { type Elected, type IguanaArgs, IguanaInstance, type IguanaInstanceArgs } from "./IguanaInstance";
export {
  type DeployedChain,
  type ExternalChain,
  type NotaryChain,
  NotaryNode,
  type NotaryNodeArgs,
  type OperatorAccess,
} from "./NotaryNode";
