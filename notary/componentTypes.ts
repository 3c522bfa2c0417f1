/** Types under which the components are in a stack's state. */
export const COMPONENT_TYPES = {
  assetchain: "dokomodo:index:Assetchain",
  chainNode: "dokomodo:index:ChainNode",
  clientProxy: "dokomodo:index:ClientProxy",
  iguanaInstance: "dokomodo:index:IguanaInstance",
  nodeAgent: "dokomodo:index:NodeAgent",
  notaryNode: "dokomodo:index:NotaryNode",
  witness: "dokomodo:index:Witness",
} as const;
