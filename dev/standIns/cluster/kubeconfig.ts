import { readFile, writeFile } from "node:fs/promises";
import { stringify } from "yaml";
import { type Client, keysOf } from "./certificates";
import { type AddressedClusterPool, API_PORT } from "./pool";

/** Writes a kubeconfig that needs no other file, so that it can be copied. */
export async function writeKubeconfig(
  pool: AddressedClusterPool,
  client: Client,
  path: string,
): Promise<void> {
  const keys = keysOf(pool);
  const { certificate, key } = keys.client(client);
  const name = pool.prefix;
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name,
        cluster: {
          server: `https://${pool.address}:${API_PORT}`,
          "certificate-authority-data": await base64Of(keys.authority.certificate),
        },
      },
    ],
    users: [
      {
        name: client,
        user: {
          "client-certificate-data": await base64Of(certificate),
          "client-key-data": await base64Of(key),
        },
      },
    ],
    contexts: [{ name, context: { cluster: name, user: client } }],
    "current-context": name,
  };
  await writeFile(path, stringify(config, { lineWidth: 0 }), { mode: 0o600 });
}

async function base64Of(path: string): Promise<string> {
  return (await readFile(path)).toString("base64");
}
