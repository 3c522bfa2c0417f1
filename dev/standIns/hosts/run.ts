/** Runs a program to its end; its output. It rejects with the command and what the program said. */
export async function run(file: string, ...args: readonly string[]): Promise<string> {
  const { execa } = await import("execa");
  const { stdout } = await execa(file, args, { stdin: "ignore" });
  return stdout;
}
