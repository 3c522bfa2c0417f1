import { Readable } from "node:stream";
import type Docker from "dockerode";
import { pack } from "tar-stream";
import { runtimeFile } from "../../runtime/runtimeFile";
import type { TransferPlan } from "../../runtime/transfer/plan";
import { PROCESS_GROUP, parseUser } from "../user";
import type { DockerConnection } from "./connection";
import { EngineRefusal } from "./engineApi";
import { explainEngine } from "./engineFailure";
import { type ProvisionListener, untilEnded } from "./provisionLog";
import { createInTurn, unlessGone } from "./provisionTurns";
import { throwawayLimits } from "./throwaway";

const PROGRAM = "/run/dokomodo/program/transfer.cjs";
const PLAN = "/run/dokomodo/transfer/plan.json";
/** Where both sides mount the volume: a new one takes over /tmp of the image, where every user may write. */
export const MOUNTED = "/tmp";

/** One side of a copy, as a container. */
export interface SideArgs {
  readonly connection: DockerConnection;
  /** Name of the container. */
  readonly name: string;
  readonly image: string;
  readonly volume: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly user: string;
  readonly plan: TransferPlan;
  /** The address of the host at which the plan's port is open; no port is if absent. */
  readonly listen?: string | undefined;
}

export interface RunningSide {
  /** Why it did not succeed; empty if it did. Never rejects. */
  readonly ended: Promise<readonly string[]>;
  /** Ends it and removes its container. */
  remove(): Promise<void>;
}

/** Makes the container of one side and starts it. What an earlier copy left under its name is waited for, and removed. */
export async function startSide(args: SideArgs, listener: ProvisionListener): Promise<RunningSide> {
  const { connection, name } = args;
  const { engine, endpoint } = connection;
  try {
    await removeEnded(engine, name);
    const container = await createInTurn(engine, name, {
      create: () => create(engine, args),
      untilEnded: (other) => untilEnded(engine, other, listener),
    });
    const remove = async () => {
      await unlessGone(container.remove({ force: true })).catch(() => undefined);
    };
    try {
      await upload(container, args);
      await container.start();
    } catch (error) {
      await remove();
      throw error;
    }
    const ended = untilEnded(engine, container, listener).catch((error: unknown) => [
      `host ${endpoint.name}: ${explainEngine(error, endpoint)}`,
    ]);
    return { ended, remove };
  } catch (error) {
    throw new Error(`host ${endpoint.name}: ${explained(error, args)}`);
  }
}

function explained(error: unknown, { connection, image, plan }: SideArgs): string {
  if (error instanceof EngineRefusal) {
    if (/port is already allocated|address already in use/i.test(error.message))
      return `its port ${plan.port}, through which the data is to come, is in use. End what uses it, then run this again.`;
    if (/no such image/i.test(error.message))
      return `it does not have the image ${image}. Run \`docker pull ${image}\` there, then run this again.`;
  }
  return explainEngine(error, connection.endpoint);
}

/** Removes the container of a copy whose program was killed. It has ended, so nobody needs it. */
async function removeEnded(engine: Docker, name: string): Promise<void> {
  const container = engine.getContainer(name);
  const found = await unlessGone(container.inspect());
  if (found?.State.Status === "exited") await unlessGone(container.remove());
}

async function create(
  engine: Docker,
  { name, image, volume, labels, user: text, plan, listen }: SideArgs,
): Promise<Docker.Container> {
  const limits = throwawayLimits(text);
  const port = `${plan.port}/tcp`;
  return engine.createContainer({
    name,
    Image: image,
    Entrypoint: ["node", PROGRAM, PLAN],
    User: limits.User,
    Labels: { ...labels },
    ...(listen === undefined ? {} : { ExposedPorts: { [port]: {} } }),
    HostConfig: {
      Mounts: [{ Type: "volume", Source: volume, Target: MOUNTED, ReadOnly: plan.role === "send" }],
      ...(listen === undefined
        ? {}
        : { PortBindings: { [port]: [{ HostIp: listen, HostPort: String(plan.port) }] } }),
      ...limits.HostConfig,
    },
  });
}

/** Gives the container its program and its plan. The plan has the secret, so only the daemon's user may read it. */
async function upload(container: Docker.Container, { user: text, plan }: SideArgs): Promise<void> {
  const { user } = parseUser(text);
  const packed = pack();
  packed.entry({ name: PROGRAM.slice(1), mode: 0o444 }, runtimeFile("transfer.cjs"));
  packed.entry({ name: PLAN.slice(1), mode: 0o400, uid: user, gid: PROCESS_GROUP }, JSON.stringify(plan));
  packed.finalize();
  await container.putArchive(Readable.from(packed), { path: "/" });
}
