import { DockerConnection } from "./connection";
import { explainEngine } from "./engineFailure";
import type { DockerEndpoint } from "./host";

/** Connections to the engines of a stack's hosts. Each is opened for the first call, and kept for the others. */
export class DockerConnections {
  private readonly opened = new Map<string, Promise<DockerConnection>>();

  constructor(private readonly endpoints: readonly DockerEndpoint[]) {}

  /** Calls the engine of a host. Rejects with a message for the operator that names the host. */
  async at<T>(host: string, call: (connection: DockerConnection) => Promise<T>): Promise<T> {
    const connection = await this.of(host);
    try {
      return await call(connection);
    } catch (error) {
      throw new Error(`host ${host}: ${explainEngine(error, connection.endpoint)}`);
    }
  }

  /** The connection to a host. */
  async of(host: string): Promise<DockerConnection> {
    const endpoint = this.endpoints.find(({ name }) => name === host);
    if (endpoint === undefined) throw new Error(`No Docker host of the stack is named ${host}.`);
    const opening = this.opened.get(host) ?? DockerConnection.open(endpoint);
    this.opened.set(host, opening);
    return opening;
  }

  /** Ends all of them. */
  close(): void {
    for (const opening of this.opened.values()) {
      opening.then(
        (connection) => connection.close(),
        () => undefined,
      );
    }
    this.opened.clear();
  }
}
