import { Command, Option } from "commander";
import { parse } from "yaml";
import type { Plain } from "../../input/edit/render";
import { PLATFORMS } from "../../platforms";
import { hostSchema } from "../../platforms/host";
import { carryOut } from "../edit/carryOut";
import { type EditOptions, type ListOptions, withEditOptions, withListOptions } from "../edit/editOptions";
import { addHost, removeHost, workloadsOn } from "../edit/hostEdits";
import { readStackFiles } from "../edit/stackFiles";
import { printRows } from "../table";

/** `dokomodo host` changes the hosts of a stack. `dokomodo hosts` looks whether they answer. */
export function hostCommand(): Command {
  return new Command("host").addCommand(addCommand()).addCommand(removeCommand()).addCommand(listCommand());
}

/** The keys of a host, apart from its name, and what the first sentence of its description says. */
function hostKeys(): [string, string][] {
  const { name: _, platform, ...everywhere } = hostSchema.shape;
  const shapes = [{ platform, ...everywhere }, ...PLATFORMS.map(({ hostKeys: own }) => own)];
  const meaning = new Map(
    shapes.flatMap((shape) => Object.entries(shape)).map(([key, schema]) => [key, firstSentence(schema)]),
  );
  meaning.set(
    "platform",
    `The platform that the host is on: ${PLATFORMS.map(({ name }) => name).join(" or ")}`,
  );
  return [...meaning];
}

function firstSentence(schema: unknown): string {
  const { description } = Object(schema);
  return typeof description === "string" ? (description.split(". ")[0]?.replace(/\.$/, "") ?? "") : "";
}

function addCommand(): Command {
  const keys = hostKeys();
  const command = new Command("add")
    .description("add a host to the stack")
    .argument("<host>", "the host's name");
  for (const [key, meaning] of keys) {
    command.addOption(new Option(`--${key} <value>`, meaning.charAt(0).toLowerCase() + meaning.slice(1)));
  }
  return withEditOptions(command)
    .addHelpText(
      "after",
      "\nExample:\n  dokomodo host add beta --docker ssh://ops@198.51.100.11 --address 198.51.100.11\n\nIt writes the stack's file. docs/guide/hosts.md says what a host needs.",
    )
    .action(async (name: string, options: EditOptions & Readonly<Record<string, unknown>>) => {
      const stated = keys.flatMap(([key]): [string, Plain][] => {
        const text = options[key];
        return typeof text === "string" ? [[key, readValue(text)]] : [];
      });
      const files = readStackFiles(options.stack);
      await carryOut(files, addHost(files, name, Object.fromEntries(stated)), options);
    });
}

/** A mapping or list is written as in YAML. Anything else is a text. */
function readValue(text: string): Plain {
  return /^[{[]/.test(text) ? parse(text) : text;
}

function removeCommand(): Command {
  const command = new Command("remove")
    .description("take a host out of the stack on which nothing is placed any more")
    .argument("<host>", "the host's name");
  return withEditOptions(command)
    .addHelpText("after", "\nExample:\n  dokomodo host remove beta")
    .action(async (name: string, options: EditOptions) => {
      const files = readStackFiles(options.stack);
      await carryOut(files, removeHost(files, name), options);
    });
}

function listCommand(): Command {
  return withListOptions(new Command("list").description("show the stack's hosts and what is placed on each"))
    .addHelpText("after", "\nExample:\n  dokomodo host list\n\nWhether they answer: dokomodo hosts")
    .action(({ stack, json }: ListOptions) => {
      const files = readStackFiles(stack);
      const rows = files.stack.hosts.map((host) => ({
        host: host.name,
        platform: host.platform,
        address: host.address ?? null,
        workloads: workloadsOn(files, host.name),
      }));
      printRows(rows, json === true, ["host", "platform", "address", "workloads"], (row) => [
        row.host,
        row.platform,
        row.address ?? "",
        row.workloads.join("\n"),
      ]);
    });
}
