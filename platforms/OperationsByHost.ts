import { messageOf } from "../input/messageOf";
import type { PlatformShare } from "./definition";
import type {
  ContainerAddress,
  ExecStreams,
  LogLine,
  LogOptions,
  Operations,
  OperationsArgs,
  SeenHost,
  Sight,
  StopOptions,
  StopResult,
  WorkloadPlace,
} from "./operations";

/**
 * The operations of all platforms of a stack as one. A look shows what each of them shows; everything else goes to the
 * platform of the host. A platform that cannot be opened, or cannot be looked at, is told by each of its hosts.
 */
export class OperationsByHost implements Operations {
  private readonly opened = new Map<PlatformShare, Promise<Operations>>();
  private first: Promise<string | undefined> | undefined;

  /** @param args of all platforms together; each is given the networks that have a workload on one of its hosts */
  constructor(
    private readonly shares: readonly PlatformShare[],
    private readonly args: OperationsArgs,
  ) {}

  async look(): Promise<Sight> {
    const sights = await Promise.all(this.shares.map((share) => this.lookAt(share)));
    return {
      hosts: sights.flatMap(({ hosts }) => hosts),
      containers: sights.flatMap(({ containers }) => containers),
    };
  }

  async logs(
    container: ContainerAddress,
    options: LogOptions,
    onLine: (line: LogLine) => void,
  ): Promise<void> {
    return (await this.of(container)).logs(container, options, onLine);
  }

  async exec(container: ContainerAddress, command: readonly string[], streams: ExecStreams): Promise<number> {
    return (await this.of(container)).exec(container, command, streams);
  }

  async stop(workload: WorkloadPlace, options: StopOptions): Promise<StopResult> {
    return (await this.of(workload)).stop(workload, options);
  }

  async start(workload: WorkloadPlace): Promise<void> {
    return (await this.of(workload)).start(workload);
  }

  async restart(workload: WorkloadPlace, options: StopOptions): Promise<StopResult> {
    return (await this.of(workload)).restart(workload, options);
  }

  close(): void {
    for (const operations of this.opened.values()) {
      operations.then(
        (each) => each.close(),
        () => undefined,
      );
    }
    this.opened.clear();
  }

  private async lookAt(share: PlatformShare): Promise<Sight> {
    try {
      return await (await this.open(share)).look();
    } catch (error) {
      const problem = messageOf(error);
      const hosts = share.hosts.map((name): SeenHost => ({ name, problem }));
      return { hosts, containers: [] };
    }
  }

  private of({ host }: WorkloadPlace): Promise<Operations> {
    const share = this.shares.find(({ hosts }) => hosts.includes(host));
    if (share !== undefined) return this.open(share);
    const known = this.shares.flatMap(({ hosts }) => hosts).join(", ");
    return Promise.reject(new Error(`No host of the stack is named ${host}. Its hosts are ${known}.`));
  }

  private open(share: PlatformShare): Promise<Operations> {
    const existing = this.opened.get(share);
    if (existing !== undefined) return existing;
    const networks = this.args.networks.filter(({ hosts }) =>
      hosts.some((host) => share.hosts.includes(host)),
    );
    const opening = share.operations({ ...this.args, networks, firstName: () => this.firstName() });
    this.opened.set(share, opening);
    // The next call tries again.
    opening.catch(() => this.opened.delete(share));
    return opening;
  }

  private firstName(): Promise<string | undefined> {
    this.first ??= this.args.firstName();
    return this.first;
  }
}
