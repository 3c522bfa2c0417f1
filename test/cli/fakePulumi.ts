import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const call = z.object({
  args: z.array(z.string()),
  input: z.string(),
  env: z.record(z.string(), z.string()),
  /** What the file of --config-file says. */
  config: z.string().optional(),
});
export type Call = z.output<typeof call>;

/**
 * A `pulumi` for the path that keeps one stack, and writes down what it was called with: arguments, standard input and
 * environment. A file `fail` beside it has words of a command that it fails for.
 */
const PROGRAM = `
const { appendFileSync, existsSync, readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const [, , ...args] = process.argv;
const input = args[0] === "preview" ? "" : readFileSync(0, "utf8");
const at = (name) => join(__dirname, name);
const config = args.includes("--config-file")
  ? readFileSync(args[args.indexOf("--config-file") + 1], "utf8")
  : undefined;
appendFileSync(at("calls"), JSON.stringify({ args, input, env: process.env, config }) + "\\n");
const line = args.join(" ");
const stack = args[args.indexOf("--stack") + 1];
const fail = (text) => { process.stderr.write("error: " + text + "\\n"); process.exit(1); };
if (existsSync(at("fail")) && line.startsWith(readFileSync(at("fail"), "utf8"))) fail("no luck today");
if (line.startsWith("whoami")) {
  if (!existsSync(at("login"))) fail("PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions");
  process.stdout.write(JSON.stringify({ user: "me", url: readFileSync(at("login"), "utf8") }));
}
if (args[0] === "login") writeFileSync(at("login"), args[1]);
if (line.startsWith("stack --show-name") && !existsSync(at("stack"))) fail("no stack named '" + stack + "' found");
if (line.startsWith("stack init")) {
  writeFileSync(at("stack"), stack);
  appendFileSync("Pulumi." + stack + ".yaml", "encryptionsalt: v1:salt\\n");
}
if (line.startsWith("config set")) {
  writeFileSync(at("secret"), input);
  const file = "Pulumi." + stack + ".yaml";
  const secret = "  dokomodo:passphrases: { " + stack + ": { secure: v1:cipher } }\\nencryptionsalt";
  writeFileSync(file, readFileSync(file, "utf8").replace("encryptionsalt", secret));
}
if (line.startsWith("config get")) process.stdout.write(readFileSync(at("secret"), "utf8") + "\\n");
if (line.startsWith("stack history")) process.stdout.write(readFileSync(at("history"), "utf8"));
if (args[0] === "up") process.stdout.write("THE UP\\n");
if (args[0] === "up" && existsSync(at("slow"))) {
  process.on("SIGINT", () => {
    appendFileSync(at("signals"), "SIGINT\\n");
    setTimeout(() => process.exit(1), 500);
  });
  setTimeout(() => {}, 30_000);
  writeFileSync(at("begun"), "");
}
if (args[0] === "preview") process.stdout.write("THE PLAN\\n");
`;

export class FakePulumi {
  /** @param folder a folder for the path, which is made */
  constructor(readonly folder: string) {
    mkdirSync(folder);
    writeFileSync(join(folder, "pulumi.cjs"), PROGRAM);
    const program = join(folder, "pulumi");
    writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${join(folder, "pulumi.cjs")}' "$@"\n`);
    chmodSync(program, 0o755);
  }

  /** Makes the commands fail that begin with these words; none if absent. */
  failFor(words: string | undefined): void {
    writeFileSync(join(this.folder, "fail"), words ?? "nothing at all");
  }

  /** Makes an `up` last until it gets SIGINT. */
  isSlow(): void {
    writeFileSync(join(this.folder, "slow"), "");
  }

  /** Whether an `up` that is slow has begun. */
  hasBegun(): boolean {
    return existsSync(join(this.folder, "begun"));
  }

  /** The signals that it got, one a line. */
  signals(): string {
    return readFileSync(join(this.folder, "signals"), "utf8");
  }

  /** Says where Pulumi is logged in to. */
  logIn(url: string): void {
    writeFileSync(join(this.folder, "login"), url);
  }

  /** Gives the stack a history: updates with a config, the latest first. */
  hasHistory(
    updates: readonly { readonly result?: string; readonly config: Record<string, unknown> }[],
  ): void {
    const text = JSON.stringify(
      updates.map(({ result = "succeeded", config }, index) => ({
        kind: "update",
        result,
        endTime: `2026-01-0${updates.length - index}T00:00:00.000Z`,
        config: {
          ...Object.fromEntries(
            Object.entries(config).map(([key, objectValue]) => [
              key,
              { value: JSON.stringify(objectValue), objectValue, secret: false },
            ]),
          ),
          "dokomodo:development": { value: "false", secret: false },
          "dokomodo:passphrases": { secret: true },
        },
      })),
    );
    writeFileSync(join(this.folder, "history"), text);
  }

  calls(): Call[] {
    const file = join(this.folder, "calls");
    if (!existsSync(file)) return [];
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    return lines.map((line) => call.parse(JSON.parse(line)));
  }

  /** The commands, without what every call has. */
  commands(): string[] {
    return this.calls().map(({ args }) => args.filter((each) => each !== "--non-interactive").join(" "));
  }
}
