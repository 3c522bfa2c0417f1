import { readFileSync } from "node:fs";
import { type ChainList, loadChainList } from "../chains/list/chainList";
import { ProblemsError } from "../input/problem";

export { LIST_FILE } from "./listFile";

/** Reads the list of chains. Throws with all that is wrong in it. */
export function readList(file: string): ChainList {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : "unknown reason";
    throw new Error(
      `cannot read ${file} (${reason}); run dokomodo in the project's directory or give --file`,
    );
  }
  const { chainList, problems } = loadChainList(file, text);
  if (!chainList) {
    throw new ProblemsError(problems);
  }
  return chainList;
}
