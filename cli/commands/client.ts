import { Command } from "commander";
import type { FilesOptions } from "../clientFolder";
import type { AddOptions } from "../edit/clientActions";
import { type ListOptions, type NodeOptions, withEditOptions, withListOptions } from "../edit/editOptions";

const actions = () => import("../edit/clientActions.ts");

/** `dokomodo client` changes who may call the chains of a node from elsewhere, and writes what each of them needs. */
export function clientCommand(): Command {
  // `dokomodo client wallet` wrote the files before there were other commands.
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
    .action(async (name: string, options: AddOptions) => (await actions()).add(name, options));
}

function removeCommand(): Command {
  const command = new Command("remove")
    .description("let a client in no more")
    .argument("<name>", "the client's name")
    .option("--node <node>", "the notary or node, if several have a client of this name");
  return withEditOptions(command)
    .addHelpText("after", "\nExample:\n  dokomodo client remove wallet")
    .action(async (name: string, options: NodeOptions) => (await actions()).remove(name, options));
}

function listCommand(): Command {
  return withListOptions(
    new Command("list").description("show the clients of the stack's notaries and nodes"),
  )
    .addHelpText("after", "\nExample:\n  dokomodo client list")
    .action(async (options: ListOptions) => (await actions()).list(options));
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
    .action(async (name: string, options: FilesOptions) => {
      const { writeClientFolder } = await import("../clientFolder.ts");
      await writeClientFolder(name, options);
    });
}
