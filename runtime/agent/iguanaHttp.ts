import { connect } from "node:net";
import { BoundedText } from "../BoundedText";
import { answerText, LONGEST_ANSWER, requestText } from "../iguanaMessage";
import { parseJson } from "../json";
import { connectionFailure, NotYet } from "./failures";

/** One call of Iguana's RPC. Resolves with the JSON of the answer; rejects with NotYet. */
export function exchange(port: number, request: object, withinMilliseconds: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => reject(new NotYet("waiting-for-iguana", why));
    const response = new BoundedText(LONGEST_ANSWER);
    const socket = connect({ host: "127.0.0.1", port });
    const timer = setTimeout(() => {
      fail(`Iguana's RPC: no answer in ${withinMilliseconds / 1000} s`);
      socket.destroy();
    }, withinMilliseconds);
    socket.on("data", (chunk) => {
      if (response.add(chunk)) return;
      fail(`Iguana's RPC: the answer is longer than ${LONGEST_ANSWER / 2 ** 20} MiB`);
      socket.destroy();
    });
    socket.on("error", (failure) => fail(`Iguana's RPC: ${connectionFailure(failure)}`));
    socket.on("close", () => {
      clearTimeout(timer);
      const body = answerText(response.text);
      if (body === undefined) return fail("Iguana's RPC: connection closed without an answer");
      const answer = parseJson(body);
      if (answer === undefined) fail("Iguana's RPC: the answer is not JSON");
      else resolve(answer);
    });
    socket.write(requestText(request));
  });
}
