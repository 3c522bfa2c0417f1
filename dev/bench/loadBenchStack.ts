import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadStack } from "../../config/load";
import type { Stack } from "../../config/stack";
import { ProblemsError } from "../../input/problem";
import { chainList } from "./chainList";
import { type BenchStack, configValues } from "./stackConfig";

/** Loads the stack in the same way as the program does, from a list of chains and a config. */
export function loadBenchStack(stack: BenchStack): Stack {
  const directory = mkdtempSync(join(tmpdir(), "dokomodo-bench-"));
  try {
    writeFileSync(join(directory, "assetchains.yaml"), chainList(stack.chains));
    const loaded = loadStack({ directory, stackName: "bench", values: configValues(stack) });
    if (!loaded.ok) throw new ProblemsError(loaded.problems);
    return loaded.value;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
