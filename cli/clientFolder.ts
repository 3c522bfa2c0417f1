import { X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { isIPv4 } from "node:net";
import { join } from "node:path";
import { type ClientFile, CONFIGURATION, clientFiles } from "./clientFiles";
import { findClient } from "./clients";
import { type ClientAccess, readOutputs } from "./outputs";

export interface FilesOptions {
  readonly stack?: string | undefined;
  readonly node?: string | undefined;
  readonly directory?: string | undefined;
  readonly force?: true | undefined;
}

/** Writes all that a client needs to call a node's chains from its own machine, and says how it is used. */
export async function writeClientFolder(
  name: string,
  { stack, node: asked, directory = name, force }: FilesOptions,
): Promise<void> {
  const { node, access } = findClient(await readOutputs(stack), name, asked);
  const files = clientFiles(access);
  writeFiles(directory, files, force === true);
  process.stdout.write(`${told(directory, files, node, access).join("\n")}\n`);
}

function writeFiles(directory: string, files: readonly ClientFile[], force: boolean): void {
  const there = files.map(({ name }) => join(directory, name)).filter((path) => existsSync(path));
  if (there.length > 0 && !force) {
    const verb = there.length === 1 ? "is" : "are";
    throw new Error(
      `${there.join(", ")} ${verb} there already, and nothing was written; name another --directory, or replace them with --force`,
    );
  }
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  for (const { name, text, mode } of files) {
    const path = join(directory, name);
    // A file that is there keeps its mode, and everybody might read it.
    rmSync(path, { force: true });
    writeFileSync(path, text, { mode, flag: "wx" });
  }
}

function told(directory: string, files: readonly ClientFile[], node: string, access: ClientAccess): string[] {
  const { validTo } = new X509Certificate(access.certificate);
  const until = new Date(validTo).toISOString().slice(0, 10);
  const ports = Object.entries(access.chains).map(([symbol, port]) => `  127.0.0.1:${port}  ${symbol}`);
  return [
    `Wrote ${files.map(({ name }) => join(directory, name)).join(", ")}. The first holds a private key.`,
    "Copy the folder to the client's machine, and start HAProxy 2.6 or newer in it:",
    `  cd ${directory} && haproxy -f ${CONFIGURATION}`,
    `Applications then call the chains of ${node} without TLS, and need no user and no password:`,
    ...ports,
    ...unreachable(access),
    `The certificate counts until ${until}. Each pulumi up renews it when it is one to two years old. Run this again with --force then.`,
  ];
}

/** A warning if the clients' proxy has no address outside of its cluster. Its address is a name then. */
function unreachable({ address: { name, hostname } }: ClientAccess): string[] {
  if (isIPv4(hostname)) return [];
  return [
    `From outside of the cluster nobody reaches ${hostname}, to which ${CONFIGURATION} leads. In the stack's config set publish in dokomodo:kubernetes and the host's address, run pulumi up, and then this again with --force. For a trial, kubectl port-forward pod/${name}-0 leads there, too.`,
  ];
}
