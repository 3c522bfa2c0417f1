import { connect, createServer, type Server, type Socket } from "node:net";
import { freePort } from "../processes";

/** The way from an agent to a witness, as the proxies are: it can be cut, silently or so that it refuses. */
export class Link {
  port = 0;
  private server: Server | undefined;
  private isMute = false;
  private readonly sockets = new Set<Socket>();

  constructor(private readonly to: number) {}

  async open(): Promise<void> {
    const server = createServer((socket) => {
      this.keep(socket);
      if (this.isMute) return;
      const onward = connect(this.to, "127.0.0.1");
      this.keep(onward);
      socket.pipe(onward).pipe(socket);
      socket.on("close", () => onward.destroy());
      onward.on("close", () => socket.destroy());
    });
    this.server = server;
    if (this.port === 0) this.port = await freePort();
    await new Promise<void>((resolve) => server.listen(this.port, "127.0.0.1", resolve));
  }

  /** Takes what is sent and passes nothing on, as a network that drops packets. */
  mute(isMute = true): void {
    this.isMute = isMute;
    if (isMute) for (const socket of this.sockets) socket.unpipe();
  }

  async cut(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server?.close(resolve) ?? resolve(undefined));
    this.server = undefined;
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => this.sockets.delete(socket));
  }
}
