import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What goes wrong with the answer to a request. */
export type Fault =
  /** The connection breaks off after this share of what was asked for. */
  | { readonly kind: "dropped"; readonly share: number }
  /** The answer has this status and no content. */
  | { readonly kind: "refused"; readonly status: number }
  /** The content is that of another file. */
  | { readonly kind: "other"; readonly content: Buffer };

/** A request that was answered. */
export interface Served {
  /** Address of the caller. */
  readonly from: string;
  readonly name: string;
  /** Bytes of content that were sent. */
  readonly bytes: number;
  /** Where the content that was asked for begins. */
  readonly start: number;
}

/** A web server with files, which can be told to fail. It knows ranges. */
export class FileServer {
  readonly served: Served[] = [];
  private readonly faults = new Map<string, Fault[]>();

  private constructor(
    private readonly server: Server,
    readonly url: string,
    private readonly files: ReadonlyMap<string, Buffer>,
  ) {}

  /** @param address IPv4 address of this machine that the callers reach */
  static async start(address: string, files: ReadonlyMap<string, Buffer>): Promise<FileServer> {
    const server = createServer().listen(0, address);
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const started = new FileServer(server, `http://${address}:${port}`, files);
    server.on("request", (request, response) => started.answer(request, response));
    return started;
  }

  /** Makes the next requests for a file fail, one after the other. */
  fail(name: string, ...faults: readonly Fault[]): void {
    this.faults.set(name, [...(this.faults.get(name) ?? []), ...faults]);
  }

  /** Lets all further requests succeed. */
  forgive(): void {
    this.faults.clear();
  }

  /** The callers that got content of this file, each once, sorted. */
  callers(name: string): string[] {
    return [...new Set(this.served.filter((each) => each.name === name).map(({ from }) => from))].sort();
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    if (this.server.listening) await new Promise((resolve) => this.server.close(resolve));
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const name = (request.url ?? "").slice(1);
    const file = this.files.get(name);
    const fault = this.faults.get(name)?.shift();
    if (file === undefined) {
      response.writeHead(404).end();
      return;
    }
    if (fault?.kind === "refused") {
      response.writeHead(fault.status, { "retry-after": "1" }).end();
      return;
    }
    const all = fault?.kind === "other" ? fault.content : file;
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const content = all.subarray(start);
    const range = start === 0 ? {} : { "content-range": `bytes ${start}-${all.length - 1}/${all.length}` };
    response.writeHead(start === 0 ? 200 : 206, {
      "content-length": content.length,
      "accept-ranges": "bytes",
      ...range,
    });
    const sent = fault?.kind === "dropped" ? content.subarray(0, content.length * fault.share) : content;
    const from = request.socket.remoteAddress ?? "";
    this.served.push({ from, name, bytes: sent.length, start });
    if (sent.length === content.length) response.end(content);
    else response.write(sent, () => response.destroy());
  }
}
