/** The longest answer that is read, in bytes. The notarisations of one chain make much less. */
export const LONGEST_ANSWER = 4 * 2 ** 20;

/**
 * One request to Iguana's RPC as it goes over the wire. It is written by hand, because Iguana wants `Content-Length` in
 * exactly this spelling (dPoW iguana_rpc.c). It is HTTP 1.0, so that nobody answers in chunks or keeps the connection.
 */
export function requestText(request: object): string {
  const body = JSON.stringify(request);
  const fields = [
    "Host: 127.0.0.1",
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return ["POST / HTTP/1.0", ...fields, "", body].join("\r\n");
}

/**
 * The body of Iguana's answer; undefined where there is none. It is read by hand, because Iguana's header lines have a
 * blank before the colon, which Node's parser refuses even with `insecureHTTPParser`.
 */
export function answerText(response: string): string | undefined {
  const headEnd = response.indexOf("\r\n\r\n");
  return headEnd < 0 ? undefined : response.slice(headEnd + 4);
}
