/** Runs kubectl with the rights of one kubeconfig at one cluster. */
export class Kubectl {
  constructor(
    /** Path of the program. */
    readonly program: string,
    /** Path of a kubeconfig. */
    private readonly kubeconfig: string,
  ) {}

  /** Runs kubectl and returns its output. Rejects with what it wrote to standard error. */
  async run(...args: readonly string[]): Promise<string> {
    return this.execute(args);
  }

  /** Runs kubectl with a text on its standard input and returns its output. */
  async feed(input: string, ...args: readonly string[]): Promise<string> {
    return this.execute(args, input);
  }

  /** Creates objects, or changes them to what is stated. */
  async apply(...objects: readonly object[]): Promise<void> {
    const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
    await this.execute(["apply", "--server-side", "--filename", "-"], list);
  }

  /** The differences between these objects and the cluster's; empty when there are none. */
  async diff(...objects: readonly object[]): Promise<string> {
    const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
    // Exit code 1 means that there are differences.
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
