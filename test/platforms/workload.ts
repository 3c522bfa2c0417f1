import * as pulumi from "@pulumi/pulumi";
import type { WorkloadArgs } from "../../platforms/platform";

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
