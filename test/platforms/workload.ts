import * as pulumi from "@pulumi/pulumi";
import type { ContainerArgs, WorkloadArgs } from "../../platforms/platform";

/** A workload that has one of each thing that a platform handles. */
export const workload: WorkloadArgs = {
  host: "alpha",
  labels: { "dokomodo.chain": "BEER" },
  containers: [
    {
      role: "daemon",
      image: "komodod@sha256:0",
      command: ["/bin/sh", "/run/dokomodo/entrypoint.sh", "komodod"],
      user: "3003:3003",
      environment: { HOME: "/home/komodo" },
      files: [{ path: "/run/dokomodo/files", content: pulumi.secret("a password") }],
      volume: { mountPath: "/home/komodo/.komodo" },
      memoryMiB: 1024,
      graceSeconds: 930,
    },
  ],
  publishedPorts: [{ internal: 8922, external: 18922 }],
  calls: [
    {
      name: "east-kmd",
      port: 7771,
      to: { name: "east-kmd", hostname: "east-kmd", port: 7443, remote: false },
    },
  ],
  serves: { port: 8923, roles: ["iguana"] },
  identity: {
    role: "assetchain",
    certificate: "certificate",
    privateKey: pulumi.secret("key"),
    authority: "authority",
  },
};

/** What a daemon of the Komodo family needs before it starts. */
export const NEEDS: Pick<ContainerArgs, "ownDirectories" | "downloads"> = {
  ownDirectories: ["/home/komodo/.zcash-params"],
  downloads: [
    {
      path: ".zcash-params/sapling-spend.params",
      sha256: "5".repeat(64),
      bytes: 3,
      sources: ["https://downloads.example/sapling-spend.params"],
    },
  ],
};
