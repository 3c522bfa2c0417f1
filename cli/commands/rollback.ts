import { Command } from "commander";
import { type CarefulOptions, withCarefulOptions } from "../rollOut/options";

/** `dokomodo rollback` gives daemons or Iguana the image that they had in the last update that had another one. */
export function rollbackCommand(): Command {
  const command = new Command("rollback").argument(
    "[what]",
    "a daemon's name, such as komodod, or iguana; all whose image was another if absent",
  );
  return withCarefulOptions(command)
    .addHelpText(
      "after",
      "\nWhat ran before is in Pulumi's history: it is the last update that succeeded with another image than the stack's\n" +
        "file has now. It is said before anything is changed. Images of the list of chains are not gone back to.\n\n" +
        "Example:\n  dokomodo rollback komodod",
    )
    .action(async (what: string | undefined, options: CarefulOptions) => {
      const { readStackFiles } = await import("../edit/stackFiles.ts");
      const { changeImages, wayBackOf } = await import("../rollOut/imageChange.ts");
      const { requireUsed } = await import("../rollOut/images.ts");
      const { readUpdates } = await import("../rollOut/history.ts");
      const { imagesBefore } = await import("../rollOut/imagesBefore.ts");
      const from = readStackFiles(options.stack);
      if (what !== undefined) requireUsed(what, from.stack);
      const before = imagesBefore(from.source.at(["config"]), await readUpdates(from.name), what);
      if (before === undefined) {
        throw new Error(
          `Pulumi's history of stack ${from.name} has no update with another image of ${what ?? "a daemon or Iguana"} than ${from.file} has; nothing was changed`,
        );
      }
      process.stdout.write(`Back to the update of ${before.at}:\n`);
      await changeImages(from, before.images, options, wayBackOf([...before.images.keys()], from.name));
    });
}
