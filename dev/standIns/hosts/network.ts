import { type AddressedPool, isNamespaceOf, type Pool, type TestHost } from "./pool";
import { run } from "./run";

/** The name of every host's link in its own namespace. */
export const HOST_LINK = "eth0";
const BRIDGE = "bridge";
const UPLINK = "uplink";

/**
 * Makes the pool's bridge, with one link to the machine outside. The bridge has its own network namespace. Outside, the
 * machine's firewall would apply to it, and Docker sets that firewall to drop forwarded packets.
 */
export async function createBridge(pool: AddressedPool): Promise<void> {
  await createNamespace(pool.prefix);
  await run("ip", "-n", pool.prefix, "link", "add", BRIDGE, "type", "bridge");
  await run("ip", "-n", pool.prefix, "link", "set", BRIDGE, "up");
  await run("ip", "link", "add", pool.prefix, "type", "veth", "peer", "name", UPLINK, "netns", pool.prefix);
  await run("ip", "address", "add", `${pool.outside}/24`, "dev", pool.prefix);
  await run("ip", "link", "set", pool.prefix, "up");
  await plugIn(pool, UPLINK);
}

/** Makes a host's namespace, its link to the bridge and its address. */
export async function connectHost(pool: Pool, host: TestHost): Promise<void> {
  const { namespace, address } = host;
  await createNamespace(namespace);
  const there = ["peer", "name", portOf(host), "netns", pool.prefix];
  await run("ip", "link", "add", HOST_LINK, "netns", namespace, "type", "veth", ...there);
  await run("ip", "-n", namespace, "address", "add", `${address}/24`, "dev", HOST_LINK);
  await run("ip", "-n", namespace, "link", "set", HOST_LINK, "up");
  await plugIn(pool, portOf(host));
}

/** Takes the bridge's end of a host's link down or up. Down is like a pulled cable. */
export async function setLink(pool: Pool, host: TestHost, state: "up" | "down"): Promise<void> {
  await run("ip", "-n", pool.prefix, "link", "set", portOf(host), state);
}

/** Removes the bridges and the firewall rules that an engine has made in a host's network. The engine must not run. */
export async function removeEngineNetworks({ namespace }: TestHost): Promise<void> {
  const bridges = await run("ip", "-n", namespace, "-brief", "link", "show", "type", "bridge");
  for (const line of bridges.split("\n")) {
    const [name = ""] = line.split(" ");
    if (name !== "") await run("ip", "-n", namespace, "link", "delete", name);
  }
  const iptables = ["nsenter", `--net=/run/netns/${namespace}`, "iptables", "--wait"] as const;
  await run(...iptables, "--policy", "FORWARD", "ACCEPT");
  for (const table of ["filter", "nat", "raw"]) {
    await run(...iptables, "--table", table, "--flush");
    await run(...iptables, "--table", table, "--delete-chain");
  }
}

/** Removes the pool's namespaces with all their links, and the link outside. No process may run in the namespaces. */
export async function removeNetwork(pool: Pool): Promise<void> {
  // The kernel removes a namespace's links some time after the namespace, so the link outside is removed first.
  if (await hasLinkOutside(pool)) await run("ip", "link", "delete", pool.prefix);
  for (const namespace of await namespacesOf(pool)) await run("ip", "netns", "delete", namespace);
}

export async function hasLinkOutside(pool: Pool): Promise<boolean> {
  const links = await run("ip", "-brief", "link", "show", "type", "veth");
  return links.split("\n").some((line) => line.startsWith(`${pool.prefix}@`));
}

/** Names of the pool's network namespaces that exist. */
export async function namespacesOf(pool: Pool): Promise<string[]> {
  const lines = (await run("ip", "netns", "list")).split("\n");
  // `ip` may print a number in brackets after a name.
  return lines.map((line) => line.replace(/ .*/, "")).filter((name) => isNamespaceOf(pool, name));
}

async function createNamespace(name: string): Promise<void> {
  await run("ip", "netns", "add", name);
  await run("ip", "-n", name, "link", "set", "lo", "up");
}

async function plugIn(pool: Pool, port: string): Promise<void> {
  await run("ip", "-n", pool.prefix, "link", "set", port, "master", BRIDGE, "up");
}

function portOf({ name }: TestHost): string {
  return `to-${name}`;
}
