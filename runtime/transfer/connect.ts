import { type TLSSocket, connect as tcpTls } from "node:tls";
import { ConnectionLost } from "./failures";
import { IDENTITY, tlsOptions } from "./secret";

const CONNECT_MILLISECONDS = 5000;

/** Connects to the receiver. Rejects with ConnectionLost if it is not there, or does not know the secret. */
export function connect(host: string, port: number, secret: string): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const psk = Buffer.from(secret, "hex");
    const socket = tcpTls({
      ...tlsOptions,
      host,
      port,
      // There is no certificate. Whoever knows the secret is the receiver.
      checkServerIdentity: () => undefined,
      pskCallback: () => ({ psk, identity: IDENTITY }),
    });
    const fail = (why: string) => {
      socket.destroy();
      reject(new ConnectionLost(why));
    };
    const timer = setTimeout(() => fail("no answer"), CONNECT_MILLISECONDS);
    socket.once("secureConnect", () => {
      clearTimeout(timer);
      resolve(socket);
    });
    socket.once("error", (error) => {
      clearTimeout(timer);
      fail(error.message);
    });
    socket.once("close", () => {
      clearTimeout(timer);
      fail("the connection was closed");
    });
  });
}
