import type { ConnectionOptions } from "node:tls";
import type { Access } from "./outputs";

/** The options of a connection on which both sides show a certificate of the node's own authority. */
export function mutualTls({ certificate, privateKey, authority, address }: Access): ConnectionOptions {
  const { name, hostname, port } = address;
  return {
    host: hostname,
    port,
    servername: name,
    cert: certificate,
    key: privateKey,
    ca: authority,
    minVersion: "TLSv1.3",
  };
}
