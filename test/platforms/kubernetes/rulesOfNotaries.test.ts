import { describe, expect, test } from "vitest";
import { ELECTED, IGUANA, inCluster, loaded, NODE, SHORE, told } from "../../config/clusterFiles";
import { CHAINS, CONFIG, EAST, exchanged, write } from "../../config/stackFiles";

const PHRASES = { east: "a phrase", west: "another" };

describe("a notary is refused", () => {
  const outside = EAST.replace("alpha", "shore").replace(" }", ", placement: { KMD: alpha } }");
  const onBoth: [string, string][] = [
    [NODE, NODE + SHORE],
    [EAST, outside],
  ];

  test("whose Iguana would find its home empty", () => {
    expect(told(exchanged(inCluster(), [`${ELECTED}, `, ""]))).toContain(
      "Pulumi.test.yaml:13:27: Iguana of notary east finds an empty home at each start on host alpha, whatever its image has there; state its `elected` in dokomodo:iguana, or the notary's `network`",
    );
  });

  test("that is called from outside when the cluster publishes nothing", () => {
    expect(told(inCluster("{}", ...onBoth))).toContain(
      "Pulumi.test.yaml:14:15: workloads of notary east on alpha are called from outside of the cluster; set dokomodo:kubernetes.publish to hostPort, NodePort or LoadBalancer",
    );
  });

  test("but not when only an operator calls it through a forwarded port", () => {
    expect(told(inCluster("{}", [IGUANA, `${IGUANA}listenToAll: true, `]))).not.toContainEqual(
      expect.stringContaining("outside of the cluster"),
    );
  });

  test("whose ports are no NodePorts, with what to do about each", () => {
    const config = inCluster("{ publish: NodePort }", [IGUANA, `${IGUANA}listenToAll: true, `]);
    const range = "a NodePort is one from 30000 to 32767";
    const problem = (what: string, port: number, remedy: string) =>
      `Pulumi.test.yaml:13:15: ${what} of notary east would be published on port ${port}; ${range}: ${remedy}, or publish by hostPort or LoadBalancer`;
    const offset = "move it with portOffset";
    expect(told(config)).toEqual(
      expect.arrayContaining([
        problem("p2p of KMD", 7770, offset),
        problem("the dPoW bus", 7775, "set iguana.busPort"),
        problem("links from elsewhere to alpha", 7443, offset),
      ]),
    );
  });

  test("that is called at two hosts of the cluster at one NodePort", () => {
    const placed = EAST.replace(" }", ", placement: { KMD: alpha, LTC: beta } }").replace("alpha,", "shore,");
    const beta = "    - { name: beta, address: 192.0.2.2 }\n";
    const config = inCluster("{ publish: NodePort }", [NODE, NODE + beta + SHORE], [EAST, placed]);
    expect(told(config).join("\n")).toContain(
      "port 7443 on every node of the cluster is wanted by links from elsewhere to alpha of notary east and by links " +
        "from elsewhere to beta of notary east; put what is called from outside of the cluster on one of its hosts, " +
        "or publish by hostPort or LoadBalancer",
    );
  });

  test("but not when its ports were moved into the range of NodePorts", () => {
    const moved = EAST.replace(" }", ", portOffset: 22560 }");
    const config = inCluster("{ publish: NodePort }", [EAST, moved], [IGUANA, `${IGUANA}busPort: 30775, `]);
    expect(told(config)).not.toContainEqual(expect.stringContaining("a NodePort is"));
  });
});

describe("two notaries in a cluster", () => {
  const west = (more = "", host = "alpha") =>
    `    - { name: west, host: ${host}, chains: [KMD, LTC]${more} }\n`;
  const hosts: [string, string] = [NODE, `${NODE}    - { name: beta, address: 192.0.2.2 }\n`];
  const two = (settings: string, notary: string) => inCluster(settings, hosts, [EAST, EAST + notary]);
  const clash = "is wanted by p2p of KMD of notary east and by p2p of KMD of notary west";

  test.each(["none", "LoadBalancer"])("have addresses of their own: publish %s", (publish) => {
    loaded(two(`{ publish: ${publish} }`, west()), PHRASES);
  });

  test("share the ports of one node, and not those of two", () => {
    expect(told(two("{ publish: hostPort }", west()), PHRASES).join("\n")).toContain(
      `port 7770 on host alpha ${clash}`,
    );
    loaded(two("{ publish: hostPort }", west("", "beta")), PHRASES);
  });

  test("share NodePorts, even on different nodes", () => {
    expect(told(two("{ publish: NodePort }", west("", "beta")), PHRASES).join("\n")).toContain(
      `port 7770 on every node of the cluster ${clash}`,
    );
  });

  test("are refused when one of them is named like the other's Iguana", () => {
    const other = west().replace("west", "east-iguana");
    const config = inCluster("{}", [EAST, EAST + other]);
    expect(told(config, { east: "a phrase", "east-iguana": "another" }).join("\n")).toContain(
      "Iguana of notary east and notary east-iguana itself would both be named east-iguana; rename a notary",
    );
  });
});

describe("names in a cluster are refused", () => {
  test("of a chain that would have the name of the notary's default policy", () => {
    write(
      "assetchains.yaml",
      CHAINS.replace("ac_name: PIZZA", "ac_name: DEFAULT").replace("PIZZA]", "DEFAULT]"),
    );
    const config = inCluster("{}", [EAST, EAST.replace("BEER", "DEFAULT")]);
    expect(told(config).join("\n")).toContain(
      "notary east itself and chain DEFAULT of notary east would both be named east-default",
    );
    expect(told(exchanged(CONFIG, [EAST, EAST.replace("BEER", "DEFAULT")])).join("\n")).not.toContain(
      "east-default",
    );
  });

  test("of a gateway that are too long for a StatefulSet", () => {
    const long = (settings: string) =>
      exchanged(inCluster(settings), [IGUANA, `${IGUANA}listenToAll: true, `])
        .replaceAll("alpha", "a".repeat(31))
        .replaceAll("east", "e".repeat(31));
    const name = `${"e".repeat(31)}-${"a".repeat(31)}-gateway`;
    const problem = `the gateway of notary ${"e".repeat(31)} on ${"a".repeat(31)} would be named ${name}, and a name in a cluster has at most 52 characters; shorten the name of notary ${"e".repeat(31)} or the host's`;
    expect(told(long("{ publish: hostPort }")).join("\n")).toContain(problem);
    expect(told(long("{}")).join("\n")).not.toContain("-gateway");
  });
});
