import { z } from "zod";
import { runPulumi } from "../pulumi";

/** An update of a stack that succeeded. */
export interface Update {
  /** When it ended, in RFC 3339. */
  readonly at: string;
  /** The config that it had, keyed by full key, without the keys that have a secret in them. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The keys that have a secret in them. */
  readonly hidden: readonly string[];
}

const entry = z.object({
  kind: z.string(),
  result: z.string().default(""),
  endTime: z.string().default(""),
  config: z
    .record(
      z.string(),
      z.object({
        value: z.string().optional(),
        objectValue: z.unknown().optional(),
        secret: z.boolean().default(false),
      }),
    )
    .default({}),
});

/** How many of the last updates are looked at. */
const UPDATES = 100;

/** The last updates of a stack that succeeded, the latest first. Secrets are not read. */
export async function readUpdates(stack: string): Promise<Update[]> {
  const args = ["stack", "history", "--json", "--page-size", String(UPDATES)];
  return parseHistory(await runPulumi(args, { stack }), stack);
}

/** Reads what `pulumi stack history --json` prints (docs/internals/pulumi.md, the history). */
export function parseHistory(text: string, stack: string): Update[] {
  const parsed = z.array(entry).nullable().safeParse(parseJson(text));
  if (!parsed.success) {
    throw new Error(
      `this version of dokomodo cannot read the history of stack ${stack}; nothing was changed`,
    );
  }
  const updates = (parsed.data ?? []).filter(
    ({ kind, result }) => kind === "update" && result === "succeeded",
  );
  return updates.map(({ endTime, config }) => ({
    at: endTime,
    hidden: Object.keys(config).filter((key) => config[key]?.secret === true),
    config: Object.fromEntries(
      Object.entries(config)
        .filter(([, { secret }]) => !secret)
        .map(([key, { value, objectValue }]) => [key, objectValue ?? value]),
    ),
  }));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
