import { connect } from "node:net";
import { connectionFailure, NotYet } from "./failures";
import { parseJson } from "./json";

/**
 * One HTTP exchange by hand: Iguana's header lines have a blank before the colon, which node's parser refuses
 * even where it is told to be lenient, and it wants `Content-Length` spelled like this (dPoW iguana_rpc.c).
 * Resolves with the JSON of the answer; rejects with NotYet.
 */
export function exchange(port: number, request: object, withinMilliseconds: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => reject(new NotYet("waiting-for-iguana", why));
    const chunks: Buffer[] = [];
    const socket = connect({ host: "127.0.0.1", port });
    const timer = setTimeout(() => {
      fail(`Iguana's RPC: no answer in ${withinMilliseconds / 1000} s`);
      socket.destroy();
    }, withinMilliseconds);
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("error", (failure) => fail(`Iguana's RPC: ${connectionFailure(failure)}`));
    socket.on("close", () => {
      clearTimeout(timer);
      if (chunks.length === 0) return fail("Iguana's RPC: connection closed without an answer");
      const answer = parseJson(bodyOf(Buffer.concat(chunks).toString("utf8")));
      if (answer === undefined) fail("Iguana's answer is no JSON");
      else resolve(answer);
    });
    const body = JSON.stringify(request);
    socket.write(
      // 1.0, so that nobody answers in chunks or keeps the connection.
      `POST / HTTP/1.0\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
  });
}

function bodyOf(response: string): string {
  const headEnd = response.indexOf("\r\n\r\n");
  return headEnd < 0 ? "" : response.slice(headEnd + 4);
}
