import { connect } from "node:tls";

/** How an operator reaches a notary's Iguana, out of the stack's outputs. */
export interface OperatorAccess {
  readonly certificate: string;
  readonly privateKey: string;
  readonly authority: string;
  /** `name` is the one in Iguana's certificate. */
  readonly address: { readonly name: string; readonly hostname: string; readonly port: number };
}

const TIMEOUT_MILLISECONDS = 60_000;

/**
 * One call of Iguana's RPC over mutual TLS; the answer's text. HTTP by hand, because Iguana's header lines have a blank
 * before the colon, which node's parser refuses, and it wants `Content-Length` spelled like this (dPoW iguana_rpc.c).
 */
export function callIguana(
  { certificate, privateKey, authority, address }: OperatorAccess,
  request: object,
): Promise<string> {
  const { name, hostname, port } = address;
  const where = `${hostname}:${port}`;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect({
      host: hostname,
      port,
      servername: name,
      cert: certificate,
      key: privateKey,
      ca: authority,
      minVersion: "TLSv1.3",
      timeout: TIMEOUT_MILLISECONDS,
    });
    socket.on("timeout", () => socket.destroy(new Error(`no answer in ${TIMEOUT_MILLISECONDS / 1000} s`)));
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.on("error", (error) => reject(new Error(`cannot call Iguana at ${where}: ${error.message}`)));
    socket.on("close", () => {
      const answer = Buffer.concat(chunks).toString("utf8");
      const headEnd = answer.indexOf("\r\n\r\n");
      if (headEnd >= 0) resolve(answer.slice(headEnd + 4));
      else {
        reject(
          new Error(
            `Iguana at ${where} closed the connection without an answer; either it restarts, or the certificate was refused`,
          ),
        );
      }
    });
    const body = JSON.stringify(request);
    const head = `POST / HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}`;
    socket.write(`${head}\r\n\r\n${body}`);
  });
}
