import { request } from "node:http";

/** A container as the Docker Engine lists it (Docker Engine API 1.40, /containers/json). */
export interface ListedContainer {
  readonly Id: string;
  readonly Names: readonly string[];
}

/** What the engine says about one container (/containers/ID/json). */
export interface InspectedContainer {
  readonly State: {
    readonly Running: boolean;
    /** Why the engine's last attempt to start the container failed; empty where it did not fail. */
    readonly Error: string;
  };
  /** `container:ID` where it joins the network namespace of another container. */
  readonly HostConfig: { readonly NetworkMode: string };
}

/** The engine did not answer over its socket. */
export class Unreachable extends Error {}

/** The few calls of the Docker Engine's API that the restarter makes, over the engine's socket. */
export class Engine {
  constructor(private readonly socketPath: string) {}

  /** The containers with the label that have ended. */
  async ended(label: string): Promise<readonly ListedContainer[]> {
    const filters = encodeURIComponent(JSON.stringify({ label: [label], status: ["exited"] }));
    return JSON.parse(await this.call("GET", `/containers/json?all=true&filters=${filters}`));
  }

  async inspect(id: string): Promise<InspectedContainer> {
    return JSON.parse(await this.call("GET", `/containers/${id}/json`));
  }

  async start(id: string): Promise<void> {
    await this.call("POST", `/containers/${id}/start`);
  }

  /** The answer's body. Rejects with the engine's own words where the engine refuses. */
  private call(method: "GET" | "POST", path: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const fail = (error: Error) => reject(new Unreachable(`the Docker Engine: ${error.message}`));
      const sent = request({ socketPath: this.socketPath, method, path, timeout: 30_000 }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("error", fail);
        answer.on("end", () => {
          const body = Buffer.concat(chunks).toString();
          if ((answer.statusCode ?? 500) < 400) resolve(body);
          else reject(new Error(body.trim()));
        });
      });
      sent.on("timeout", () => sent.destroy(new Error("no answer in 30 s")));
      sent.on("error", fail);
      sent.end();
    });
  }
}
