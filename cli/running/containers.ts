import type { ContainerAddress, SeenContainer } from "../../platforms/operations";

/** The container at an address among those that were seen; undefined if it is not there. */
export function containerAt(
  containers: readonly SeenContainer[],
  { host, workload, role }: ContainerAddress,
): SeenContainer | undefined {
  return containers.find((each) => each.host === host && each.workload === workload && each.role === role);
}
