import { randomBytes } from "node:crypto";
import type Docker from "dockerode";
import type { TransferPlan } from "../../runtime/transfer/plan";
import type { WorkloadPlace } from "../operations";
import type { CopyOptions, CopyResult, FoundVolume, VolumeCopy, Volumes, VolumesArgs } from "../volumes";
import { DockerConnections } from "./DockerConnections";
import { unlessGone } from "./engineApi";
import type { DockerEndpoint } from "./host";
import { volumeName } from "./names";
import { MOUNTED, type RunningSide, startSide } from "./transferContainers";

export interface VolumeHost {
  readonly endpoint: DockerEndpoint;
  /** Where other hosts reach it. */
  readonly address?: string | undefined;
  /** Address of the host that published ports are bound to. */
  readonly listen: string;
}

/** What the receiver says when the sender can connect (runtime/transfer/main.ts). */
const LISTENING = "Listening.";
/** How long the other side may take to end by itself when one has failed. */
const LAST_MILLISECONDS = 3000;

/** The volumes of Docker hosts. A copy is made by a container on each of the two hosts (runtime/transfer). */
export class DockerVolumes implements Volumes {
  private readonly connections: DockerConnections;

  constructor(
    private readonly hosts: readonly VolumeHost[],
    private readonly args: VolumesArgs,
  ) {
    this.connections = new DockerConnections(hosts.map(({ endpoint }) => endpoint));
  }

  async find({ host, workload }: WorkloadPlace): Promise<FoundVolume | undefined> {
    const name = volumeName(workload);
    const found = await this.inspect(host, name);
    if (found === undefined) return undefined;
    return {
      called: called(name, host),
      removedBy: `docker volume rm ${name} on host ${host}`,
      resource: name,
    };
  }

  async copy(copy: VolumeCopy, options: CopyOptions): Promise<CopyResult> {
    const started = Date.now();
    const { workload, from, to } = copy;
    const name = volumeName(workload);
    const old = await this.inspect(from, name);
    if (old === undefined) throw new Error(`There is no ${called(name, from)}, so there is nothing to copy.`);
    // The new volume gets the labels of the old one. The next up finds a volume of this name and takes it over.
    await this.connections.at(to, ({ engine }) =>
      engine.createVolume({ Name: name, Labels: { ...old.Labels } }),
    );
    let said = "";
    let hear: () => void = () => undefined;
    const heard = new Promise<void>((resolve) => {
      hear = resolve;
    });
    const listener = {
      onProgress: (what: string, done: number, total: number | undefined) =>
        options.onProgress?.(what, done, total),
      onNews: (text: string) => {
        if (text === LISTENING) hear();
        else said = text;
      },
    };
    const sides: RunningSide[] = [];
    const abort = () => void Promise.all(sides.map((side) => side.remove()));
    options.signal?.addEventListener("abort", abort);
    const start = async (role: TransferPlan["role"]) => {
      options.signal?.throwIfAborted();
      sides.push(await startSide(await this.side(copy, role, secret, old.Labels), listener));
    };
    const secret = randomBytes(32).toString("hex");
    try {
      await start("receive");
      const [receiver] = sides;
      const early = await Promise.race([heard, receiver?.ended]);
      if (early === undefined) await start("send");
      // The receiver knows whether all is there.
      const failures = await ended(sides);
      options.signal?.throwIfAborted();
      if (failures.length > 0) throw new Error(failures.join("\n"));
      return { seconds: (Date.now() - started) / 1000, said };
    } finally {
      options.signal?.removeEventListener("abort", abort);
      await Promise.all(sides.map((side) => side.remove()));
    }
  }

  async remove({ host, workload }: WorkloadPlace): Promise<void> {
    await this.connections.at(host, ({ engine }) => engine.getVolume(volumeName(workload)).remove());
  }

  close(): void {
    this.connections.close();
  }

  private async side(
    { workload, from, to, user, mountPath, port, pass }: VolumeCopy,
    role: TransferPlan["role"],
    secret: string,
    labels: Readonly<Record<string, string>>,
  ) {
    const volume = volumeName(workload);
    const here = role === "send" ? from : to;
    const shared = {
      directory: MOUNTED,
      called: called(volume, here),
      seenAt: mountPath,
      port,
      secret,
      pass,
    };
    const receiver = this.host(to);
    const { address } = receiver;
    if (address === undefined)
      throw new Error(
        `Host ${to} has no \`address\` in dokomodo:hosts, so host ${from} does not know where to send the data. Add it.`,
      );
    const makeRoom = `Make room on the disk of host ${to} that has Docker's volumes, or move the chain elsewhere.`;
    const plan: TransferPlan =
      role === "send" ? { ...shared, role, host: address } : { ...shared, role, makeRoom };
    return {
      connection: await this.connections.of(here),
      name: `${workload}-move`,
      image: this.args.image,
      volume,
      labels,
      user,
      plan,
      listen: role === "receive" ? receiver.listen : undefined,
    };
  }

  private async inspect(host: string, name: string): Promise<Docker.VolumeInspectInfo | undefined> {
    return this.connections.at(host, ({ engine }) => unlessGone(engine.getVolume(name).inspect()));
  }

  private host(name: string): VolumeHost {
    const found = this.hosts.find(({ endpoint }) => endpoint.name === name);
    if (found === undefined) throw new Error(`No Docker host of the stack is named ${name}.`);
    return found;
  }
}

function called(volume: string, host: string): string {
  return `the volume ${volume} of host ${host}`;
}

/**
 * Waits until both sides have ended. Returns why the copy failed. If the receiver succeeds, all is there, even if the
 * sender was cut off before it heard so.
 */
async function ended(sides: readonly RunningSide[]): Promise<readonly string[]> {
  const [receiver, sender] = sides;
  if (receiver === undefined) return [];
  if (sender === undefined) return receiver.ended;
  const senderFails = new Promise<void>((resolve) => {
    void sender.ended.then((failures) => {
      if (failures.length > 0) resolve();
    });
  });
  await Promise.race([receiver.ended, senderFails]);
  // Over the connection the other side learns why, and ends as well. If it is lost, nobody need wait for it.
  const [received, sent] = await Promise.all([shortly(receiver.ended), shortly(sender.ended)]);
  if (received?.length === 0) return [];
  return [...new Set([...(received ?? []), ...(sent ?? [])])];
}

/** What is known after some seconds at most; undefined if that is nothing. */
async function shortly<T>(outcome: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), LAST_MILLISECONDS);
  });
  return Promise.race([outcome, late]).finally(() => clearTimeout(timer));
}
