/**
 * Calls a JSON-RPC again and again, with a new TCP connection for each call, as Iguana does. It runs in a container. Each
 * line on standard input says what to call and how often. Each is answered with a line that has the milliseconds.
 */
const { connect } = require("node:net");
const { createInterface } = require("node:readline");

const SEPARATOR = "\r\n\r\n";

/**
 * Makes one call and returns the milliseconds from the start of the connection to the last byte of the answer. Without a
 * method it returns the milliseconds until the connection is open.
 */
function call({ host, port, authorization, method }) {
  return new Promise((resolve, reject) => {
    const body = JSON.stringify({ id: "jl777", method, params: [] });
    const started = performance.now();
    const socket = connect(port, host, () => {
      if (method === undefined) {
        resolve(performance.now() - started);
        socket.destroy();
        return;
      }
      const head = [
        "POST / HTTP/1.1",
        `Host: ${host}:${port}`,
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

async function round(asked) {
  const milliseconds = [];
  let left = asked.calls;
  const caller = async () => {
    while (left-- > 0) milliseconds.push(await call(asked));
  };
  await Promise.all(Array.from({ length: asked.concurrency }, caller));
  return milliseconds;
}

let work = Promise.resolve();
createInterface({ input: process.stdin }).on("line", (line) => {
  work = work.then(async () => console.log(JSON.stringify(await round(JSON.parse(line)))));
});
