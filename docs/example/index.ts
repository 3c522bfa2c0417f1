import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Provider } from "@pulumi/docker/provider";
import * as pulumi from "@pulumi/pulumi";
import { type DaemonArgs, DEFAULT_IMAGES, DockerPlatform, loadChainList, NotaryNode } from "dokomodo";

/** A list of chains of your own, or dokomodo's assetchains.yaml. */
const { chainList, problems } = loadChainList(
  "chains.yaml",
  readFileSync(join(__dirname, "chains.yaml"), "utf8"),
);
if (chainList === undefined) throw new pulumi.RunError(problems.map(({ message }) => message).join("\n"));

const socket = "/var/run/docker.sock";
const platform = new DockerPlatform({
  hosts: {
    alpha: { provider: new Provider("alpha", { host: `unix://${socket}` }), listen: "0.0.0.0", socket },
  },
  proxyImage: DEFAULT_IMAGES.proxy,
  restarterImage: DEFAULT_IMAGES.agent,
  protectVolumes: true,
  labels: { team: "notaries" },
});

const komodod: DaemonArgs = {
  // You build this one: it has Zcash's parameter files in its user's home (docs/package.md).
  image: "registry.example/komodod:1",
  command: ["komodod"],
  user: "3003:3003",
  home: "/home/komodo",
  flags: ["-printtoconsole"],
  takesPublicKey: true,
  memoryMiB: 4096,
};
const litecoind: DaemonArgs = {
  ...komodod,
  // Nobody has published its digest. Write the one that your registry has behind it: @sha256:…
  image: "btcpayserver/litecoin:0.21.5.5",
  command: ["litecoind"],
  user: "1000:1000",
  home: "/home/litecoin",
  takesPublicKey: false,
};

const notary = new NotaryNode("mine", {
  platform,
  passphrase: new pulumi.Config().requireSecret("passphrase"),
  chains: [...chainList.chains.values()].map((chain) => ({
    chain,
    daemon: chain.daemon === "litecoind" ? litecoind : komodod,
    host: "alpha",
  })),
  iguana: {
    // You build this one, too.
    image: "registry.example/iguana:1",
    command: ["iguana", "notary"],
    user: "3004:3004",
    home: "/home/iguana",
    directory: "/home/iguana",
    rpcPort: 7776,
    busPort: 7775,
    memoryMiB: 4096,
    listenToAll: false,
  },
  agentImage: DEFAULT_IMAGES.agent,
  host: "alpha",
  linkPort: 7443,
  lease: { kind: "witnesses", hosts: ["alpha"] },
  ipAddress: "198.51.100.10",
  peers: ["203.0.113.7"],
});

export const { publicKey, addresses } = notary;
