import { Agent } from "node:http";
import type { Duplex } from "node:stream";
import { SshConnection } from "./SshConnection";

/** What docker's client keeps of connections that nothing uses: two per host (net/http), for 30 s. */
const idle = { connections: 2, milliseconds: 30_000 };

/** Opens a connection of ssh's for every request under way, and uses it again for later ones. */
export class SshAgent extends Agent {
  private readonly ends = new WeakMap<Duplex, NodeJS.Timeout>();

  constructor(private readonly args: readonly string[]) {
    super({ keepAlive: true, maxFreeSockets: idle.connections });
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
