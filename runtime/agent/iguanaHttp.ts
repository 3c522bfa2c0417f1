import { connect } from "node:net";
import { answerText, LONGEST_ANSWER, requestText } from "../iguanaMessage";
import { connectionFailure, NotYet } from "./failures";
import { parseJson } from "./json";

/** One call of Iguana's RPC; resolves with the JSON of the answer, rejects with NotYet. */
export function exchange(port: number, request: object, withinMilliseconds: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => reject(new NotYet("waiting-for-iguana", why));
    const chunks: Buffer[] = [];
    const socket = connect({ host: "127.0.0.1", port });
    const timer = setTimeout(() => {
      fail(`Iguana's RPC: no answer in ${withinMilliseconds / 1000} s`);
      socket.destroy();
    }, withinMilliseconds);
    let length = 0;
    socket.on("data", (chunk) => {
      length += chunk.length;
      if (length <= LONGEST_ANSWER) return chunks.push(chunk);
      fail(`Iguana's RPC: the answer is longer than ${LONGEST_ANSWER / 2 ** 20} MiB`);
      return socket.destroy();
    });
    socket.on("error", (failure) => fail(`Iguana's RPC: ${connectionFailure(failure)}`));
    socket.on("close", () => {
      clearTimeout(timer);
      if (chunks.length === 0) return fail("Iguana's RPC: connection closed without an answer");
      const answer = parseJson(answerText(Buffer.concat(chunks).toString("utf8")) ?? "");
      if (answer === undefined) fail("Iguana's answer is no JSON");
      else resolve(answer);
    });
    socket.write(requestText(request));
  });
}
