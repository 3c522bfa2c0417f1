import type { NetworkPlan } from "../../../notary/networkPlan";
import { PROXY_ROLE } from "../../haproxy/configuration";
import type { ContainerAddress } from "../../operations";
import { gatewayName, pauseName, restarterName, sidecarName } from "../names";

/** Role of the container that holds a workload's namespaces. */
export const PAUSE_ROLE = "pause";
/** A container that a stack may have on a host. */
export interface PlannedContainer extends ContainerAddress {
  readonly name: string;
  /** What it is to its workload. A gateway is the first container of a workload of its own, and a restarter too. */
  readonly part: "first" | "sidecar" | "pause" | "restarter";
  /** The network in the container's label. It is absent for a container that has no such label. */
  readonly network?: string | undefined;
}

/** The containers that networks may have on a host. A gateway is among them, though not every host has one. */
export function plannedContainers(networks: readonly NetworkPlan[], host: string): PlannedContainer[] {
  return networks
    .filter(({ hosts }) => hosts.includes(host))
    .flatMap(({ name: network, workloads }) => [
      ...workloads.filter((each) => each.host === host).flatMap((each) => ofWorkload(each, network)),
      alone(gatewayName(network), host, "first"),
      alone(restarterName(network), host, "restarter"),
    ]);
}

function alone(name: string, host: string, part: PlannedContainer["part"]): PlannedContainer {
  return { name, host, workload: name, part };
}

function ofWorkload(
  { name, host, sidecars }: NetworkPlan["workloads"][number],
  network: string,
): PlannedContainer[] {
  const of = { host, workload: name, network };
  return [
    { ...of, name, part: "first" },
    ...[...sidecars, PROXY_ROLE].map((role) => ({
      ...of,
      name: sidecarName(name, role),
      role,
      part: "sidecar" as const,
    })),
    { ...of, name: pauseName(name), role: PAUSE_ROLE, part: "pause" },
  ];
}
