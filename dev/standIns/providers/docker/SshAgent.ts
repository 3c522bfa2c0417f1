import { Agent } from "node:http";
import type { Duplex } from "node:stream";
import { inspect } from "node:util";
import { SshConnection } from "./SshConnection";

/** How many unused connections docker's client keeps for a host, and for how long (Go's net/http). */
const idle = { connections: 2, milliseconds: 30_000 };

/** Opens an ssh connection for each request that is under way, and reuses it for later requests. */
export class SshAgent extends Agent {
  private readonly ends = new WeakMap<Duplex, NodeJS.Timeout>();

  constructor(private readonly args: readonly string[]) {
    super({ keepAlive: true, maxFreeSockets: idle.connections });
  }

  /** dockerode's transport describes its agent, with all that hangs on it, for each call, even where nothing is logged. */
  [inspect.custom](): string {
    return "an agent";
  }

  override createConnection(): Duplex {
    return new SshConnection(this.args);
  }

  override keepSocketAlive(connection: Duplex): boolean {
    this.ends.set(connection, setTimeout(() => connection.destroy(), idle.milliseconds).unref());
    return true;
  }

  override reuseSocket(...use: Parameters<Agent["reuseSocket"]>): void {
    clearTimeout(this.ends.get(use[0]));
    super.reuseSocket(...use);
  }
}
