import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { onTestFinished } from "vitest";

/** Answers a request; `n` counts the requests from 0. */
export type Behaviour = (request: IncomingMessage, response: ServerResponse, n: number) => void;

/** A web server of a test. It ends with the test. */
export class SourceServer {
  /** Path and Range of each request. */
  readonly requests: { readonly path: string; readonly range: string | undefined }[] = [];
  /** Bytes of bodies that were sent. */
  served = 0;

  private constructor(private readonly server: Server) {}

  static async start(behaviour: (server: SourceServer) => Behaviour): Promise<SourceServer> {
    const http = createServer();
    const server = new SourceServer(http);
    const behave = behaviour(server);
    http.on("request", (request, response) => {
      const n = server.requests.length;
      server.requests.push({ path: request.url ?? "", range: request.headers.range });
      behave(request, response, n);
    });
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => server.stop());
    return server;
  }

  url(path: string): string {
    const address = this.server.address();
    if (address === null || typeof address === "string") throw new Error("the server does not listen");
    return `http://127.0.0.1:${address.port}/${path}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Sends a body as a server of files does. */
  send(request: IncomingMessage, response: ServerResponse, body: Buffer, options: SendOptions = {}): void {
    const { until = body.length, ranges = true, hangs = false } = options;
    const asked = ranges ? /^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] : undefined;
    const start = Number(asked ?? 0);
    if (asked !== undefined && start >= body.length) {
      response.writeHead(416, { "content-range": `bytes */${body.length}` }).end();
      return;
    }
    response.writeHead(asked === undefined ? 200 : 206, {
      "content-length": body.length - start,
      ...(asked === undefined ? {} : { "content-range": `bytes ${start}-${body.length - 1}/${body.length}` }),
    });
    const sent = body.subarray(start, Math.max(start, until));
    this.served += sent.length;
    if (start + sent.length === body.length) response.end(sent);
    else response.write(sent, () => !hangs && response.socket?.destroy());
  }
}

interface SendOptions {
  /** The place in the body at which the connection breaks. */
  readonly until?: number;
  /** `false`: ignores Range. */
  readonly ranges?: boolean;
  /** The connection stays open at `until`, and says nothing. */
  readonly hangs?: boolean;
}

/** A server that has one body at each path. */
export function serving(body: Buffer): Promise<SourceServer> {
  return SourceServer.start((server) => (request, response) => server.send(request, response, body));
}
