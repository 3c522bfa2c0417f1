import { type Command, InvalidArgumentError, Option } from "commander";

/** The default pool of a person. Tests use lower numbers. */
export const POOL_BY_HAND = 100;

/** Options of each command of `npm run hosts` and `npm run cluster`. */
export interface Options {
  readonly pool: number;
}

/** The option `--pool`. `addresses` names the addresses whose third byte it is. */
export function poolOption(addresses: string): Option {
  return new Option("--pool <number>", `third byte of ${addresses}`)
    .argParser(readPool)
    .default(POOL_BY_HAND);
}

function readPool(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number <= 255) return number;
  throw new InvalidArgumentError("It must be a whole number from 0 to 255.");
}

/** Runs the command of the command line. An error is printed with its causes, and the exit code is then 1. */
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
