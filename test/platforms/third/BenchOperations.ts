import type {
  ContainerAddress,
  ExecStreams,
  LogLine,
  LogOptions,
  Operations,
  OperationsArgs,
  Sight,
  StopResult,
  WorkloadPlace,
} from "../../../platforms/operations";

/** Works on workloads that are in memory alone. All of them run at first. */
export class BenchOperations implements Operations {
  private readonly stopped = new Set<string>();

  constructor(
    private readonly hosts: readonly string[],
    private readonly args: OperationsArgs,
  ) {}

  async look(): Promise<Sight> {
    const workloads = this.args.networks.flatMap((network) => network.workloads);
    return {
      hosts: this.hosts.map((name) => ({ name, version: "Bench 1" })),
      containers: workloads.map(({ name, host }) => ({
        name,
        host,
        workload: name,
        state: this.stopped.has(name) ? "stopped" : "running",
        restarts: 0,
        image: "bench",
      })),
    };
  }

  async logs({ workload }: ContainerAddress, _: LogOptions, onLine: (line: LogLine) => void): Promise<void> {
    onLine({ text: `${workload} is on the bench` });
  }

  async exec(_: ContainerAddress, command: readonly string[], { output }: ExecStreams): Promise<number> {
    output.write(command.join(" "));
    return 0;
  }

  async stop({ workload }: WorkloadPlace): Promise<StopResult> {
    const ran = !this.stopped.has(workload);
    this.stopped.add(workload);
    return { ...(ran ? { code: 0 } : {}), seconds: 0 };
  }

  async start({ workload }: WorkloadPlace): Promise<void> {
    this.stopped.delete(workload);
  }

  async restart({ workload }: WorkloadPlace): Promise<StopResult> {
    this.stopped.delete(workload);
    return { code: 0, seconds: 0 };
  }

  close(): void {}
}
