import { readFileSync } from "node:fs";
import { z } from "zod";
import { symbolOf } from "../../chains/list/entry";
import { entryShape } from "../../chains/list/entryShape";
import type { Plain } from "../../input/edit/render";
import { messageOf } from "../../input/messageOf";
import { suggestion } from "../../input/nearest";
import { ProblemsError } from "../../input/problem";

const TIMEOUT_MILLISECONDS = 30_000;

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const listShape = z.array(z.looseObject({ ac_name: z.string().optional() }));
const entry = z.record(z.string(), z.union([scalar, z.array(scalar)]));

/**
 * Reads the entry of a chain from a list in the form of komodo's src/assetchains.json: a JSON array of objects with
 * komodod's parameters.
 * @param from a path, or an https:// URL
 */
export async function readKomodoEntry(
  from: string,
  symbol: string,
): Promise<{ readonly [key: string]: Plain }> {
  const list = parsed(from, await textOf(from));
  const found = list.filter((each) => symbolOf(each) === symbol);
  const [first, ...others] = found;
  if (first === undefined) {
    const known = list.flatMap((each) => symbolOf(each) ?? []);
    throw new Error(`${from} has no chain ${symbol}${suggestion(symbol, known)}`);
  }
  if (others.length > 0) throw new Error(`${from} has ${symbol} ${found.length} times; take one of them out`);
  const allowed = Object.keys(entryShape.shape);
  const problems = Object.keys(first)
    .filter((key) => !allowed.includes(key))
    .map((key) => ({
      message: `${from}: ${symbol} has the parameter "${key}", which the list of chains does not know${suggestion(key, allowed)}; docs/reference/chains.md has all that are allowed`,
    }));
  if (problems.length > 0) throw new ProblemsError(problems, "nothing was changed");
  const { data } = entry.safeParse(first);
  if (data === undefined)
    throw new Error(`${from}: the entry of ${symbol} has other values than texts, numbers and lists of them`);
  return data;
}

function parsed(from: string, text: string): z.output<typeof listShape> {
  try {
    return listShape.parse(JSON.parse(text));
  } catch {
    throw new Error(`${from} has to be a JSON array of objects, as komodo's src/assetchains.json is`);
  }
}

async function textOf(from: string): Promise<string> {
  if (!from.includes("://")) {
    try {
      return readFileSync(from, "utf8");
    } catch (error) {
      throw new Error(`${from} cannot be read: ${messageOf(error)}`);
    }
  }
  if (!from.startsWith("https://"))
    throw new Error(`${from}: a list is fetched by https:// alone; a path is allowed, too`);
  try {
    const answer = await fetch(from, { signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS) });
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    return await answer.text();
  } catch (error) {
    throw new Error(`${from} cannot be fetched: ${messageOf(error)}. Download it by hand and name the file`);
  }
}
