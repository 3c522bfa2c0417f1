/**
 * Calls a JSON-RPC over and over, a new TCP connection for each call, as Iguana does. Runs in a container: the first
 * line on standard input says what to call, every further one how often; each is answered with a line of milliseconds.
 */
const { connect } = require("node:net");
const { createInterface } = require("node:readline");

const SEPARATOR = "\r\n\r\n";

/** Milliseconds from the start of the connection to the last byte of the answer. */
function call({ port, authorization }, method) {
  return new Promise((resolve, reject) => {
    const body = JSON.stringify({ id: "jl777", method, params: [] });
    const started = performance.now();
    const socket = connect(port, "127.0.0.1", () => {
      const head = [
        "POST / HTTP/1.1",
        `Host: 127.0.0.1:${port}`,
        `Authorization: Basic ${authorization}`,
        "Content-Type: text/plain",
        `Content-Length: ${body.length}`,
      ];
      socket.write(`${head.join("\r\n")}${SEPARATOR}${body}`);
    });
    let answer = "";
    socket.setNoDelay(true);
    socket.on("data", (chunk) => {
      answer += chunk.toString("latin1");
      const end = answer.indexOf(SEPARATOR);
      if (end < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(answer.slice(0, end))?.[1]);
      if (answer.length < end + SEPARATOR.length + length) return;
      socket.destroy();
      if (answer.startsWith("HTTP/1.1 200 ")) resolve(performance.now() - started);
      else reject(new Error(answer));
    });
    socket.on("error", reject);
    socket.on("end", () => reject(new Error(`closed after ${answer.length} bytes`)));
  });
}

async function round(target, { calls, concurrency, method }) {
  const milliseconds = [];
  let left = calls;
  const caller = async () => {
    while (left-- > 0) milliseconds.push(await call(target, method));
  };
  await Promise.all(Array.from({ length: concurrency }, caller));
  return milliseconds;
}

let target;
let work = Promise.resolve();
createInterface({ input: process.stdin }).on("line", (line) => {
  const asked = JSON.parse(line);
  if (target === undefined) {
    target = asked;
    return;
  }
  work = work.then(async () => console.log(JSON.stringify(await round(target, asked))));
});
