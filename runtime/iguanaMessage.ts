/** The longest answer that is read, in MiB: far more than the notarisations of a chain make. */
const LONGEST_ANSWER_MIB = 4;

/**
 * One request to Iguana's RPC as it goes over the wire. By hand, because it wants `Content-Length` spelled like this
 * (dPoW iguana_rpc.c). HTTP 1.0, so that nobody answers in chunks or keeps the connection.
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
 * The body of Iguana's answer; undefined where there is none. By hand, because Iguana's header lines have a blank before
 * the colon, which node's parser refuses even where it is told to be lenient.
 */
export function answerText(response: string): string | undefined {
  const headEnd = response.indexOf("\r\n\r\n");
  return headEnd < 0 ? undefined : response.slice(headEnd + 4);
}

/** Iguana's answer as it arrives. It ends with the connection. */
export class ArrivingAnswer {
  private readonly chunks: Buffer[] = [];
  private length = 0;

  /** Takes the next bytes, or says why the answer is read no further. */
  add(chunk: Buffer): string | undefined {
    this.length += chunk.length;
    if (this.length > LONGEST_ANSWER_MIB * 2 ** 20) return `answer is longer than ${LONGEST_ANSWER_MIB} MiB`;
    this.chunks.push(chunk);
    return undefined;
  }

  /** Its body; undefined where the connection ended before one began. */
  get body(): string | undefined {
    return answerText(Buffer.concat(this.chunks).toString("utf8"));
  }
}
