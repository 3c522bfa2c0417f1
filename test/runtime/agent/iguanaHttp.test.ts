import { createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { exchange } from "../../../runtime/agent/iguanaHttp";
import { pour } from "../standIns/endless";

let server: Server;
let iguana: (socket: Socket) => void;

beforeEach(async () => {
  server = createServer((socket) => {
    socket.on("error", () => {});
    iguana(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(() => server.close());

const HEAD = "HTTP/1.1 200 OK\r\nContent-Length : 7\r\n\r\n";

test("what comes after the head is the answer", async () => {
  iguana = (socket) => socket.end(`${HEAD}{"a":1}`);
  expect(await call()).toEqual({ a: 1 });
});

test.each([
  ["", "Iguana's RPC: connection closed without an answer"],
  ["HTTP/1.1 200 OK\r\n", "Iguana's RPC: connection closed without an answer"],
  [`${HEAD}{"a":`, "Iguana's RPC: the answer is not JSON"],
])("a connection that ends after %j is no answer", async (text, problem) => {
  iguana = (socket) => socket.end(text);
  await expect(call()).rejects.toThrow(problem);
});

test("an answer without an end is read no further than 4 MiB", async () => {
  iguana = pour;
  await expect(call()).rejects.toThrow("Iguana's RPC: the answer is longer than 4 MiB");
});

test("no answer at all is waited for as long as it is then said to have been", async () => {
  iguana = () => {};
  await expect(call(200)).rejects.toThrow("Iguana's RPC: no answer in 0.2 s");
});

function call(withinMilliseconds = 10_000): Promise<unknown> {
  return exchange(Number(Object(server.address()).port), {}, withinMilliseconds);
}
