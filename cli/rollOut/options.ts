import { type Command, InvalidArgumentError } from "commander";
import type { RollOutChoice } from "./pulumiUp";

export interface CarefulOptions {
  readonly stack?: string | undefined;
  readonly canary?: string | undefined;
  readonly watch?: number | undefined;
  readonly atOnce?: number | undefined;
  readonly yes?: true | undefined;
}

/**
 * Adds the options that all commands have that change what runs, one workload after the other.
 * @param watchSeconds for how long the first one is watched if nothing is said; as the config says if absent
 */
export function withCarefulOptions(command: Command, watchSeconds?: number): Command {
  const usually = watchSeconds === undefined ? "as the config says" : `${watchSeconds}`;
  return command
    .option("--stack <stack>", "the stack, if there are several")
    .option("--canary <chain>", "the chain that is replaced first (an assetchain)")
    .option(
      "--watch <seconds>",
      `how long the first one has to take calls before others follow (${usually})`,
      wholeNumber,
      watchSeconds,
    )
    .option(
      "--at-once <number>",
      "how many are replaced at the same time after that (as the config says)",
      wholeNumber,
    )
    .option("--yes", "show no plan and ask nothing");
}

export function rollOutOf({ canary, watch, atOnce }: CarefulOptions): RollOutChoice {
  return { canary, canarySeconds: watch, atOnce };
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("It is a whole number.");
  return Number(text);
}
