import { X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { isIPv4 } from "node:net";
import { join } from "node:path";
import { Command } from "commander";
import { everyNode } from "../../config/stack";
import { type ClientFile, CONFIGURATION, clientFiles } from "../clientFiles";
import { findClient } from "../clients";
import { carryOut, type EditOptions, withEditOptions } from "../edit/carryOut";
import { addClient, removeClient } from "../edit/clientEdits";
import { readStackFiles } from "../edit/stackFiles";
import { type ClientAccess, readOutputs } from "../outputs";
import { printRows } from "../table";

interface FilesOptions {
  readonly stack?: string | undefined;
  readonly node?: string | undefined;
  readonly directory?: string | undefined;
  readonly force?: true | undefined;
}

interface NodeOptions extends EditOptions {
  readonly node?: string | undefined;
}

interface AddOptions extends NodeOptions {
  readonly chains: readonly string[];
  readonly allow?: readonly string[] | undefined;
}

/** `dokomodo client` changes who may call the chains of a node from elsewhere, and writes what each of them needs. */
export function clientCommand(): Command {
  // `dokomodo client wallet` is how earlier releases wrote the files.
  return new Command("client")
    .addCommand(addCommand())
    .addCommand(removeCommand())
    .addCommand(listCommand())
    .addCommand(filesCommand(), { isDefault: true })
    .addHelpText("after", "\n`dokomodo client wallet` is `dokomodo client files wallet`.");
}

function addCommand(): Command {
  const command = new Command("add")
    .description("let somebody call chains of a notary or node, with a certificate of their own")
    .argument("<name>", "the client's name")
    .requiredOption("--chains <names...>", "symbols and sets of the chains that it may call")
    .option(
      "--allow <methods...>",
      "the methods that it may call; those that read and spend nothing if absent",
    )
    .option("--node <node>", "the notary or node, if there are several");
  return withEditOptions(command)
    .addHelpText(
      "after",
      "\nExample:\n  dokomodo client add wallet --chains KMD --allow getblockcount sendrawtransaction",
    )
    .action(async (name: string, { node, chains, allow, ...options }: AddOptions) => {
      const files = readStackFiles(options.stack);
      await carryOut(files, addClient(files, { name, node, chains, allow }), options);
    });
}

function removeCommand(): Command {
  const command = new Command("remove")
    .description("let a client in no more")
    .argument("<name>", "the client's name")
    .option("--node <node>", "the notary or node, if several have a client of this name");
  return withEditOptions(command)
    .addHelpText("after", "\nExample:\n  dokomodo client remove wallet")
    .action(async (name: string, { node, ...options }: NodeOptions) => {
      const files = readStackFiles(options.stack);
      await carryOut(files, removeClient(files, name, node), options);
    });
}

function listCommand(): Command {
  return new Command("list")
    .description("show the clients of the stack's notaries and nodes")
    .option("--stack <stack>", "the stack, if there are several")
    .option("--json", "print a list of objects")
    .addHelpText("after", "\nExample:\n  dokomodo client list")
    .action(({ stack, json }: { readonly stack?: string; readonly json?: true }) => {
      const rows = everyNode(readStackFiles(stack).stack).flatMap(({ name: node, clients }) =>
        clients.map(({ name, chains, allow }) => ({ client: name, node, chains, allow: allow ?? null })),
      );
      printRows(rows, json === true, ["client", "of", "chains", "methods"], (row) => [
        row.client,
        row.node,
        row.chains.join(" "),
        row.allow?.join(" ") ?? "those that read",
      ]);
    });
}

function filesCommand(): Command {
  return new Command("files")
    .description("write the certificate, the key and a ready HAProxy configuration for a client of a node")
    .argument("<name>", "the client's name in the stack's config")
    .option("--stack <stack>", "the stack, if there are several")
    .option("--node <node>", "the notary or node, if several have a client of this name")
    .option("--directory <directory>", "where to write the files; a folder with the client's name if absent")
    .option("--force", "replace the files if they are there already, such as after a renewal")
    .addHelpText("after", "\nExample:\n  dokomodo client files wallet --directory ./wallet")
    .action(async (name: string, { stack, node: asked, directory = name, force }: FilesOptions) => {
      const { node, access } = findClient(await readOutputs(stack), name, asked);
      const files = clientFiles(access);
      writeFiles(directory, files, force === true);
      process.stdout.write(`${told(directory, files, node, access).join("\n")}\n`);
    });
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
