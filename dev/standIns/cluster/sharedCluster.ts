import { rm } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TestCluster } from "./TestCluster";

/** The pool of the cluster that is started for tests. */
export const TEST_POOL = 0;

/** Where test files ask for it. Two runs of tests cannot share a machine's pool, so one name will do. */
const SOCKET = join(tmpdir(), "dokomodo-test-cluster.sock");

/**
 * The cluster that test files share. An idle one takes a third of a core, so it starts when the first file asks for it, and
 * then lives as long as the process that has this.
 */
export class SharedCluster {
  private started: Promise<TestCluster> | undefined;

  private constructor(private readonly server: Server) {}

  static async offer(): Promise<SharedCluster> {
    await rm(SOCKET, { force: true });
    const server = createServer();
    const shared = new SharedCluster(server);
    server.on("connection", (socket) => {
      socket.on("error", () => {});
      shared.start().then(
        () => socket.end(),
        (error: unknown) => socket.end(reasonsOf(error).join("\n")),
      );
    });
    await new Promise<void>((resolve) => server.listen(SOCKET, resolve));
    return shared;
  }

  async stop(): Promise<void> {
    this.server.close();
    const cluster = await this.started?.catch(() => undefined);
    await cluster?.stop();
  }

  private start(): Promise<TestCluster> {
    this.started ??= startCluster();
    return this.started;
  }
}

/** Waits until the shared cluster runs. Throws why it does not, and what to do. */
export async function untilShared(): Promise<void> {
  const reason = await new Promise<string>((resolve) => {
    let text = "";
    const socket = connect(SOCKET);
    socket.setEncoding("utf8").on("data", (chunk) => {
      text += chunk;
    });
    socket.on("error", () => resolve(`Nobody offers a cluster at ${SOCKET}; npm test does`));
    socket.on("close", () => resolve(text));
  });
  if (reason === "") return;
  const message = "The cluster that these tests run on did not start. To try it alone: npm run cluster -- up";
  throw new Error(`${message}\n${reason}`);
}

async function startCluster(): Promise<TestCluster> {
  const cluster = await TestCluster.start({ pool: TEST_POOL });
  try {
    await cluster.loadDevelopmentImages();
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

/** An error's message, and those of what led to it. */
function reasonsOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [String(error)];
  return [error.message, ...(error.cause === undefined ? [] : reasonsOf(error.cause))];
}
