import { createServer, type TLSSocket } from "node:tls";
import { ConnectionLost, TransferFailure } from "./failures";
import { IDENTITY, tlsOptions } from "./secret";

/** Connections at a time. A stranger keeps one for HANDSHAKE_MILLISECONDS at most. */
const MOST_CONNECTIONS = 256;
const HANDSHAKE_MILLISECONDS = 5000;

export interface ListenOptions {
  readonly port: number;
  readonly secret: string;
  /** Milliseconds without a session after which the sender counts as gone. */
  readonly patience: number;
  readonly signal: AbortSignal;
  onListening(): void;
  /** One session. If it rejects with ConnectionLost, the next connection goes on. */
  session(socket: TLSSocket): Promise<void>;
}

/**
 * Waits for connections of the sender until a session is finished. Nobody else gets further than the TLS handshake. A new
 * connection of the sender takes the place of an earlier one, which may be cut off without having ended.
 */
export async function listen(options: ListenOptions): Promise<void> {
  const { port, secret, patience, signal } = options;
  const psk = Buffer.from(secret, "hex");
  const server = createServer({
    ...tlsOptions,
    handshakeTimeout: HANDSHAKE_MILLISECONDS,
    pskCallback: (_, identity) => (identity === IDENTITY ? psk : null),
  });
  server.maxConnections = MOST_CONNECTIONS;
  // A handshake that fails is a stranger's.
  server.on("tlsClientError", (_, socket) => socket.destroy());
  const sockets = new Set<{ destroy(): void }>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.once("close", () => sockets.delete(socket));
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      let current: TLSSocket | undefined;
      let running: Promise<void> = Promise.resolve();
      const wait = () => {
        clearTimeout(timer);
        timer = setTimeout(
          () => reject(new TransferFailure(`The sender has not been heard for ${patience / 1000} s.`)),
          patience,
        );
      };
      signal.addEventListener("abort", () => reject(signal.reason));
      server.on("error", reject);
      server.on("secureConnection", (socket) => {
        socket.on("error", () => undefined);
        current?.destroy();
        current = socket;
        running = running.then(async () => {
          // A still newer one has taken its place.
          if (current !== socket) return;
          clearTimeout(timer);
          try {
            await options.session(socket);
            resolve();
          } catch (error) {
            if (error instanceof ConnectionLost) wait();
            else reject(error);
          }
        });
      });
      server.listen(port, () => {
        wait();
        options.onListening();
      });
    });
  } finally {
    clearTimeout(timer);
    server.close();
    for (const socket of sockets) socket.destroy();
  }
}
