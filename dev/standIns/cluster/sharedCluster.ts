import { rm } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TestCluster } from "./TestCluster";

/** The pool of the cluster that is started for tests. */
export const TEST_POOL = 0;

/** The socket at which test files ask for the cluster. One name is enough, because two runs cannot use the same pool. */
const SOCKET = join(tmpdir(), "dokomodo-test-cluster.sock");

/** The cluster that test files share. It starts when the first file asks for it, and runs until `stop`. */
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
    this.started ??= TestCluster.start({ pool: TEST_POOL });
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
    socket.on("error", () =>
      resolve(`No process offers a cluster at ${SOCKET}. Run these tests by npm test.`),
    );
    socket.on("close", () => resolve(text));
  });
  if (reason === "") return;
  const message =
    "The cluster for these tests did not start. To start one alone and see why, run `npm run cluster -- up`.";
  throw new Error(`${message}\n${reason}`);
}

/** The message of an error, followed by those of its causes. */
function reasonsOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [String(error)];
  return [error.message, ...(error.cause === undefined ? [] : reasonsOf(error.cause))];
}
