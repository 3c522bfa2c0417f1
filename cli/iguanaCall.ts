import { connect } from "node:tls";
import { BoundedText } from "../runtime/BoundedText";
import { answerText, LONGEST_ANSWER, requestText } from "../runtime/iguanaMessage";

/** How an operator reaches a notary's Iguana, as the stack's outputs say. */
export interface OperatorAccess {
  readonly certificate: string;
  readonly privateKey: string;
  readonly authority: string;
  /** `name` is the name that Iguana's certificate has to have. */
  readonly address: { readonly name: string; readonly hostname: string; readonly port: number };
}

const TIMEOUT_MILLISECONDS = 60_000;

/** Calls Iguana's RPC once, over mutual TLS. Resolves to the text of the answer. */
export function callIguana(
  { certificate, privateKey, authority, address }: OperatorAccess,
  request: object,
): Promise<string> {
  const { name, hostname, port } = address;
  const where = `${hostname}:${port}`;
  return new Promise((resolve, reject) => {
    const response = new BoundedText(LONGEST_ANSWER);
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
    socket.on("data", (chunk: Buffer) => {
      if (!response.add(chunk))
        socket.destroy(new Error(`its answer is longer than ${LONGEST_ANSWER / 2 ** 20} MiB`));
    });
    socket.on("error", (error) => reject(new Error(`cannot call Iguana at ${where}: ${error.message}`)));
    socket.on("close", () => {
      const answer = answerText(response.text);
      if (answer !== undefined) resolve(answer);
      else {
        reject(
          new Error(
            `Iguana at ${where} closed the connection without an answer. Either it restarts, and can be called again soon, or it refused the certificate`,
          ),
        );
      }
    });
    socket.write(requestText(request));
  });
}
