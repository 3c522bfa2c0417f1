import { type Command, InvalidArgumentError, Option } from "commander";

/** Tests take the lower ones. */
export const POOL_BY_HAND = 100;

/** Of each command of a program that a person starts, to have a testbed at hand. */
export interface Options {
  readonly pool: number;
}

/** `--pool`, with what its number is the third byte of. */
export function poolOption(addresses: string): Option {
  return new Option("--pool <number>", `third byte of ${addresses}`)
    .argParser(readPool)
    .default(POOL_BY_HAND);
}

function readPool(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number <= 255) return number;
  throw new InvalidArgumentError("It is a number from 0 to 255.");
}

/** Does what the command line asks for. An error is printed with what led to it, and makes the exit code 1. */
export function run(program: Command): void {
  program.parseAsync().catch((error: unknown) => {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exitCode = 1;
  });
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}\n${messageOf(error.cause)}`;
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
