import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer, type Server, type TLSSocket } from "node:tls";
import { execaSync } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { callIguana } from "../../cli/iguanaCall";
import { pour } from "../runtime/standIns/endless";

const folder = mkdtempSync(join(tmpdir(), "dokomodo-operator-"));
const read = (file: string) => readFileSync(join(folder, file), "utf8");
let server: Server;
let answer: (socket: TLSSocket) => void;

beforeAll(async () => {
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "key.pem"];
  const subject = ["-subj", "/CN=east-iguana", "-addext", "subjectAltName=DNS:east-iguana"];
  execaSync("openssl", ["req", "-x509", ...key, ...subject, "-days", "2", "-out", "certificate.pem"], {
    cwd: folder,
  });
  server = createServer({ key: read("key.pem"), cert: read("certificate.pem") }, (socket) => {
    socket.on("error", () => {});
    answer(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

test("an endless answer is read only up to 4 MiB", async () => {
  answer = pour;
  await expect(call()).rejects.toThrow(
    /cannot call Iguana at 127\.0\.0\.1:\d+: its answer is longer than 4 MiB/,
  );
});

test("the result is the answer without its HTTP head", async () => {
  answer = (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\n{"a":1}');
  expect(await call()).toBe('{"a":1}');
});

function call(): Promise<string> {
  const port = Number(Object(server.address()).port);
  const address = { name: "east-iguana", hostname: "127.0.0.1", port };
  const certificate = read("certificate.pem");
  return callIguana({ certificate, privateKey: read("key.pem"), authority: certificate, address }, {});
}
