import { Command } from "commander";
import { z } from "zod";
import { readAt } from "../at";
import { callIguana } from "../iguanaCall";
import { type Access, type Outputs, readOutputs } from "../outputs";
import { readAll } from "../secret";

interface IguanaOptions {
  readonly stack?: string | undefined;
  readonly notary?: string | undefined;
  readonly at?: { readonly hostname: string; readonly port: number } | undefined;
}

/** `dokomodo iguana` calls a notary's Iguana once, with the certificate that the stack holds for operators. */
export function iguanaCommand(): Command {
  return new Command("iguana")
    .argument("<method>", "such as dpow/notarizations (agent/method), or a method without an agent")
    .argument("[json]", 'its parameters, such as \'{"symbol":"BEER"}\'; - reads them from standard input')
    .option("--stack <stack>", "the stack, if there are several")
    .option("--notary <notary>", "the notary, if the stack has several")
    .option(
      "--at <host:port>",
      "another address that leads to Iguana, such as the end of a kubectl port-forward",
      readAt,
    )
    .addHelpText(
      "after",
      '\nExample:\n  dokomodo iguana dpow/notarizations \'{"symbol":"BEER"}\'\n\nPass parameters that hold a secret, as for walletpassphrase, through standard input, because other users of ' +
        "this machine see the arguments.",
    )
    .action(async (method: string, json: string | undefined, options: IguanaOptions) => {
      const text = json === "-" ? await readAll() : (json ?? "{}");
      const request = { ...methodFields(method), ...parseFields(text) };
      const access = operatorAccess(await readOutputs(options.stack), options.notary);
      // Iguana's certificate still has to have the name that the stack says, so nobody else can answer at this address.
      const address = { ...access.address, ...options.at };
      process.stdout.write(`${(await callIguana({ ...access, address }, request)).trim()}\n`);
    });
}

function methodFields(method: string): Record<string, string> {
  const [first = "", second] = method.split("/");
  return second === undefined ? { method: first } : { agent: first, method: second };
}

function parseFields(text: string): Record<string, unknown> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch {
    throw new Error('the second argument has to be a JSON object such as \'{"symbol":"BEER"}\'');
  }
}

function operatorAccess({ notaries }: Outputs, asked: string | undefined): Access {
  const names = Object.keys(notaries);
  const name = asked ?? (names.length === 1 ? names[0] : undefined);
  if (names.length === 0) throw new Error("the stack has no notary, and a node has no Iguana to call");
  if (name === undefined) throw new Error(`name one of the notaries with --notary: ${names.join(", ")}`);
  const notary = notaries[name];
  if (notary === undefined) throw new Error(`the stack has no notary ${name}; it has ${names.join(", ")}`);
  if (notary.operator === undefined) {
    throw new Error(
      `Iguana of ${name} takes no calls from elsewhere; set \`listenToAll: true\` in dokomodo:iguana, or in the notary's own iguana, and run pulumi up`,
    );
  }
  return notary.operator;
}
