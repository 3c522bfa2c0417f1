/** Runs a program and returns its output. Rejects with the command and the program's own message. */
export async function run(file: string, ...args: readonly string[]): Promise<string> {
  const { execa } = await import("execa");
  const { stdout } = await execa(file, args, { stdin: "ignore" });
  return stdout;
}
