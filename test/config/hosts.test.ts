import { describe, expect, test } from "vitest";
import { ALPHA, CONFIG, changed, EAST, exchanged, HOST, load, messages, NOTARY } from "./stackFiles";

const withLines = (...replacements: readonly [string, string][]) => exchanged(CONFIG, ...replacements);

const ssh = (name: string, more: string) =>
  `    - { name: ${name}, docker: "ssh://ops@${name}.example", ${more} }\n`;
const THREE_HOSTS =
  ssh("alpha", "address: 192.0.2.1") + ssh("beta", "address: 192.0.2.2") + ssh("gamma", "address: 192.0.2.3");

function notaries(config: string) {
  const loaded = load(config);
  expect(messages(loaded)).toEqual([]);
  return loaded.ok ? loaded.value.notaries : [];
}

describe("the hosts of a stack", () => {
  test("run a chain where it is placed, and on Iguana's host when it names none", () => {
    const placed = EAST.replace(" }", ", placement: { BEER: beta } }");
    const [notary] = notaries(withLines([ALPHA, THREE_HOSTS], [EAST, placed]));
    expect(notary?.chains).toMatchObject([{ host: "alpha" }, { host: "alpha" }, { host: "beta" }]);
  });

  test("have one witness, on Iguana's host, when the notary runs on two hosts", () => {
    const placed = EAST.replace(" }", ", placement: { BEER: beta } }");
    const [notary] = notaries(withLines([ALPHA, THREE_HOSTS], [EAST, placed]));
    expect(notary?.lease).toEqual({ kind: "witnesses", hosts: ["alpha"] });
  });

  test("have three witnesses when the notary runs on three or more hosts", () => {
    const placed = EAST.replace(" }", ", placement: { BEER: gamma, LTC: beta } }");
    const [notary] = notaries(withLines([ALPHA, THREE_HOSTS], [EAST, placed]));
    expect(notary?.lease).toEqual({ kind: "witnesses", hosts: ["alpha", "beta", "gamma"] });
  });

  test("need no address when they are not called from elsewhere and the notary has an address", () => {
    const hosts = ssh("alpha", "listen: 192.0.2.1");
    const [notary] = notaries(
      withLines([ALPHA, hosts], [EAST, EAST.replace(" }", ", address: 198.51.100.1 }")]),
    );
    expect(notary?.ipAddress).toBe("198.51.100.1");
  });

  const cases: [string, string, string][] = [
    [
      "a host without an address although its notary needs one",
      changed([...HOST, "address"], undefined),
      "Pulumi.test.yaml:4:15: host alpha needs an `address`, or notary east one of its own: other notaries reach Iguana there",
    ],
    [
      "a host without an address that is called from another",
      withLines(
        [ALPHA, ssh("alpha", "address: 192.0.2.1") + ssh("beta", "listen: 0.0.0.0")],
        [EAST, EAST.replace(" }", ", placement: { BEER: beta } }")],
      ),
      "Pulumi.test.yaml:5:15: host beta needs an `address`: workloads of notary east on it are called from elsewhere",
    ],
    [
      "an address that every machine has",
      withLines(
        [ALPHA, ssh("alpha", "address: 192.0.2.1") + ssh("beta", "address: 127.0.0.1")],
        [EAST, EAST.replace(" }", ", placement: { BEER: beta } }")],
      ),
      "Pulumi.test.yaml:5:15: host beta has the address 127.0.0.1, which on every other machine means that machine itself, and notary east calls it from other hosts; state the address by which they reach it",
    ],
    [
      "two hosts of one address",
      withLines([ALPHA, ssh("alpha", "address: 192.0.2.1") + ssh("beta", "address: 192.0.2.1")]),
      "Pulumi.test.yaml:5:64: hosts alpha and beta both have the address 192.0.2.1; each needs its own",
    ],
    [
      "one engine under two names for one notary",
      withLines(
        [
          ALPHA,
          ssh("alpha", "address: 192.0.2.1") + ssh("beta", "address: 192.0.2.2").replace("beta.", "alpha."),
        ],
        [EAST, EAST.replace(" }", ", placement: { BEER: beta } }")],
      ),
      "Pulumi.test.yaml:12:15: notary east is placed on alpha and on beta, which are one Docker Engine (ssh://ops@alpha.example); use one of the two names",
    ],
    [
      "an engine on an open port",
      changed([...HOST, "docker"], "tcp://192.0.2.1:2375"),
      "Pulumi.test.yaml:4:30: host alpha: whoever reaches an engine on tcp://192.0.2.1:2375 is root on its host; state `certificates`, a folder with ca.pem, cert.pem and key.pem, or use ssh://",
    ],
    [
      "certificates where there is no TLS",
      changed([...HOST, "certificates"], "certificates/alpha"),
      "Pulumi.test.yaml:4:95: host alpha: certificates are for tcp:// alone; remove them",
    ],
    [
      "names that make a longer one than the network takes",
      CONFIG.replaceAll("alpha", "a".repeat(31)).replaceAll("east", "e".repeat(31)),
      `Pulumi.test.yaml:11:15: the witness of notary ${"e".repeat(31)} on ${"a".repeat(31)} would be named ${"e".repeat(31)}-${"a".repeat(31)}-witness, and a name on the network has at most 63 characters; shorten the name of notary ${"e".repeat(31)} or the host's`,
    ],
    [
      "a placement on an unknown host",
      changed([...NOTARY, "placement"], { BEER: "beta" }),
      "Pulumi.test.yaml:11:81: no host is named beta; dokomodo:hosts has alpha",
    ],
  ];
  test.each(cases)("are refused: %s", (_, config, message) => {
    expect(messages(load(config)).join("\n")).toContain(message);
  });
});

describe("two notaries on one host", () => {
  const two = (more: string) => `${EAST}    - { name: west, host: alpha, chains: [KMD, LTC]${more} }\n`;
  const phrases = { east: "a phrase", west: "another" };

  test("are refused when their ports clash, with what to do", () => {
    const config = withLines([EAST, two("")]);
    expect(messages(load(config, phrases)).join("\n")).toContain(
      "on host alpha is wanted by p2p of KMD of notary east and by p2p of KMD of notary west; move it with portOffset",
    );
  });

  test("can run side by side with a port offset and other Iguana ports", () => {
    const config = withLines([EAST, two(", portOffset: 1000, iguana: { busPort: 13845, rpcPort: 7779 }")]);
    const loaded = load(config, phrases);
    expect(messages(loaded)).toEqual([]);
    const [east, west] = loaded.ok ? loaded.value.notaries : [];
    expect([east?.linkPort, west?.linkPort]).toEqual([7443, 8443]);
    expect([east?.iguana.busPort, west?.iguana.busPort, west?.iguana.rpcPort]).toEqual([7775, 13845, 7779]);
    expect(west?.chains[0]).toMatchObject({ publishedPort: 8770 });
  });

  test("are refused when an offset leads beyond the last port", () => {
    const high = EAST.replace("BEER", "AGENT").replace(" }", ", portOffset: 50000 }");
    expect(messages(load(withLines([EAST, high]))).join("\n")).toContain(
      "p2p of AGENT would be published on port 71002, and 65535 is the last; state a smaller portOffset",
    );
  });
});
