import * as pulumi from "@pulumi/pulumi";
import { COMPONENT_TYPES } from "../notary/componentTypes";
import { WITNESS_MEMORY_MIB } from "../notary/memory";
import type { Network, Workload } from "../platforms/platform";
import { runtimeFile } from "../runtime/runtimeFile";
import { type Authority, createIdentity, type IssuedIdentity } from "./authority";

export interface WitnessArgs {
  readonly host: string;
  readonly network: Network;
  readonly authority: Authority;
  /** Image with Node 18 or newer. */
  readonly image: pulumi.Input<string>;
  /** The notary's public key, 66 hex digits. The witness lends leases for this key alone. */
  readonly publicKey: pulumi.Input<string>;
}

const WITNESS_PORT = 7790;
const PROGRAM = "/run/dokomodo/witness.cjs";

/**
 * The volume with the leases. Witnesses of all stacks on a host share it, so that two stacks see each other's leases.
 */
const LEASES = {
  // Every image has /tmp, and every user may write there. A new volume that is mounted there takes this over
  // (docs/internals/engines.md, a new volume).
  mountPath: "/tmp",
  sharedAs: "dokomodo-leases",
};

/**
 * Remembers, on one host, who may run Iguana with the notary's key
 * (docs/internals/lease.md, witnesses on Docker hosts).
 */
export class Witness extends pulumi.ComponentResource {
  static readonly type = COMPONENT_TYPES.witness;

  readonly host: string;
  readonly workload: Workload;
  readonly identity: IssuedIdentity;

  constructor(name: string, args: WitnessArgs, opts?: pulumi.ComponentResourceOptions) {
    super(Witness.type, name, {}, opts);
    const child = { parent: this };
    this.host = args.host;
    this.identity = createIdentity(name, "witness", args.authority, child);
    this.workload = args.network.workload(
      name,
      {
        host: args.host,
        labels: { "dokomodo.witness": name },
        containers: [
          {
            role: "witness",
            image: args.image,
            command: ["node", PROGRAM, String(WITNESS_PORT), LEASES.mountPath, args.publicKey],
            user: "1000:1000",
            environment: {},
            files: [{ path: PROGRAM, content: runtimeFile("witness.cjs") }],
            volume: LEASES,
            memoryMiB: WITNESS_MEMORY_MIB,
            graceSeconds: 10,
          },
        ],
        publishedPorts: [],
        calls: [],
        serves: { port: WITNESS_PORT, roles: ["iguana"] },
        identity: this.identity,
      },
      child,
    );
    this.registerOutputs({});
  }
}
