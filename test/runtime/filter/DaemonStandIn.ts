import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { freePort } from "../processes";

/** What a daemon was sent. */
export interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** The HTTP server of a daemon, which answers as it is told to. */
export class DaemonStandIn {
  readonly received: Received[] = [];
  /** How many callers went away before their answer was whole. */
  abandoned = 0;
  answer: (response: ServerResponse) => void = (response) => {
    response.setHeader("Content-Type", "application/json");
    response.end('{"result":1,"error":null,"id":1}\n');
  };

  private constructor(
    readonly port: number,
    private readonly server: Server,
  ) {}

  static async start(): Promise<DaemonStandIn> {
    const port = await freePort();
    const server = createServer();
    const daemon = new DaemonStandIn(port, server);
    server.on("request", (request: IncomingMessage, response: ServerResponse) =>
      daemon.take(request, response),
    );
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    return daemon;
  }

  async end(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private take(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method, url, headers } = request;
      this.received.push({ method, url, headers, body: Buffer.concat(chunks).toString("utf8") });
      response.on("close", () => {
        if (!response.writableFinished) this.abandoned += 1;
      });
      this.answer(response);
    });
  }
}
