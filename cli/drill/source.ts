import { z } from "zod";
import { ProblemsError } from "../../input/problem";
import { isRecord, YamlSource } from "../../input/source";
import { readText } from "../images/replace";
import { runPulumi } from "../pulumi";
import { pulumiPath, type StatedConfig, secretPaths, valueAt } from "./config";
import type { SecretValue } from "./Scratch";

/** The config of the stack's file. */
export function configOf(stack: string): StatedConfig {
  const file = `Pulumi.${stack}.yaml`;
  const { source, problems } = YamlSource.parse(file, readText(file));
  if (source === undefined) throw new ProblemsError(problems, "nothing was drilled");
  const config = source.at(["config"]);
  return isRecord(config) ? config : {};
}

const keysShape = z.record(
  z.string(),
  z.looseObject({
    publicKey: z.string().optional(),
    addresses: z.record(z.string(), z.string()).default({}),
  }),
);

/** Keyed by the name of the notary or node. */
export type Keys = z.output<typeof keysShape>;

/** The public key and the addresses of each notary and node, which are no secrets. */
export async function readKeys(stack: string): Promise<Keys> {
  const { notaries = {}, nodes = {} } = Object(
    JSON.parse(await runPulumi(["stack", "output", "--json"], { stack })),
  );
  return keysShape.parse({ ...notaries, ...nodes });
}

const configShape = z.record(z.string(), z.looseObject({ value: z.string().optional() }));

/** The secrets that the drill's config has, which only Pulumi can decrypt. */
export async function secretsOf(stack: string, drilled: StatedConfig): Promise<SecretValue[]> {
  const text = await runPulumi(["config", "--show-secrets", "--json"], { stack });
  const values = configShape.safeParse(JSON.parse(text));
  if (!values.success) throw new Error(`this version of Pulumi shows the config of stack ${stack} otherwise`);
  const decrypted = Object.fromEntries(
    Object.entries(values.data).map(([key, { value = "" }]) => [key, parsed(value)]),
  );
  return secretPaths(drilled).map((path) => {
    const value = valueAt(decrypted, path);
    if (typeof value !== "string") throw new Error(`Pulumi does not show the secret ${pulumiPath(path)}`);
    return { path, value };
  });
}

/** Pulumi shows objects and lists as JSON, and texts as they are. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
