/** kubectl, with somebody's rights at one cluster. */
export class Kubectl {
  constructor(
    /** Path of the program. */
    readonly program: string,
    /** Path of a kubeconfig. */
    private readonly kubeconfig: string,
  ) {}

  /** Runs it to its end; its output. It rejects with what it said. */
  async run(...args: readonly string[]): Promise<string> {
    return this.execute(args);
  }

  /** Runs it with this on its standard input. */
  async feed(input: string, ...args: readonly string[]): Promise<string> {
    return this.execute(args, input);
  }

  /** Creates objects, or changes them to what is stated. */
  async apply(...objects: readonly object[]): Promise<void> {
    const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
    await this.execute(["apply", "--server-side", "--filename", "-"], list);
  }

  /** What of these objects is otherwise in the cluster; empty where nothing is. */
  async diff(...objects: readonly object[]): Promise<string> {
    const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
    // 1 tells that there are differences.
    return this.execute(["diff", "--server-side", "--force-conflicts", "--filename", "-"], list, [0, 1]);
  }

  private async execute(args: readonly string[], input = "", good: readonly number[] = [0]): Promise<string> {
    const { execa } = await import("execa");
    const run = await execa(this.program, ["--kubeconfig", this.kubeconfig, ...args], {
      input,
      reject: false,
    });
    if (good.includes(run.exitCode ?? -1)) return run.stdout;
    throw new Error(`kubectl ${args.join(" ")} ended with ${run.exitCode}: ${run.stderr}`);
  }
}
