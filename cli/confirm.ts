import { createInterface } from "node:readline/promises";

/** Asks a question that is answered by yes or no. Throws if nobody can be asked, or if Ctrl-C is pressed. */
export async function confirm(question: string): Promise<boolean> {
  const { stdin: input, stderr: output } = process;
  if (!input.isTTY) {
    throw new Error(
      "nobody can be asked, because standard input is no terminal; nothing was changed. With --yes this goes on without a question",
    );
  }
  const lines = createInterface({ input, output });
  const interrupted = new AbortController();
  lines.once("SIGINT", () => interrupted.abort());
  lines.once("close", () => interrupted.abort());
  try {
    const { signal } = interrupted;
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `, { signal })).trim());
  } catch {
    throw new Error("interrupted; nothing was changed");
  } finally {
    lines.close();
  }
}
