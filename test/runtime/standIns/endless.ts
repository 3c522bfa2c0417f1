import type { Socket } from "node:net";

/** Sends a MiB again and again, each after `before`, for as long as anybody takes it. */
export function pour(socket: Socket, before = ""): void {
  if (socket.destroyed) return;
  const mebibyte = Buffer.alloc(2 ** 20, "1");
  socket.write(Buffer.concat([Buffer.from(before), mebibyte, Buffer.from(before === "" ? "" : "\r\n")]), () =>
    setImmediate(() => pour(socket, before)),
  );
}
