import { connect } from "node:tls";
import { BoundedText } from "../runtime/BoundedText";
import { answerText, LONGEST_ANSWER, requestText } from "../runtime/iguanaMessage";
import { mutualTls } from "./mutualTls";
import type { Access } from "./outputs";

const TIMEOUT_MILLISECONDS = 60_000;

/** Calls Iguana's RPC once, over mutual TLS. Resolves to the text of the answer. */
export function callIguana(access: Access, request: object): Promise<string> {
  const { hostname, port } = access.address;
  const where = `${hostname}:${port}`;
  return new Promise((resolve, reject) => {
    const response = new BoundedText(LONGEST_ANSWER);
    const socket = connect({ ...mutualTls(access), timeout: TIMEOUT_MILLISECONDS });
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
