import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DockerEndpoint } from "../../../platforms/docker/host";

/** Something at a unix socket that answers as the listener says. */
export class FakeEngine implements AsyncDisposable {
  /** The connections that are open. */
  readonly sockets = new Set<Socket>();

  private constructor(
    private readonly folder: string,
    private readonly server: ReturnType<typeof createServer>,
  ) {
    server.on("connection", (socket) => {
      this.sockets.add(socket);
      socket.on("close", () => this.sockets.delete(socket));
    });
  }

  static async start(listener: RequestListener): Promise<FakeEngine> {
    const folder = mkdtempSync(join(tmpdir(), "dokomodo-engine-"));
    const engine = new FakeEngine(folder, createServer(listener));
    await new Promise<void>((resolve) => engine.server.listen(engine.socket, resolve));
    return engine;
  }

  get endpoint(): DockerEndpoint {
    return { name: "fake", docker: `unix://${this.socket}`, ssh: {} };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    rmSync(this.folder, { recursive: true });
  }

  private get socket(): string {
    return join(this.folder, "engine.sock");
  }
}
