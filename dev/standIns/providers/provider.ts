import { fstatSync } from "node:fs";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { served } from "./methods";
import type { Provider } from "./resource";

export { checkInputs } from "./inputs";
export {
  changedKeys,
  hasSecret,
  hasUnknown,
  isSecret,
  mapped,
  type Properties,
  secret,
  withoutMarks,
} from "./properties";
export * from "./resource";

/** Removes gRPC's limit of 4 MB per message, because the engine allows 400 MB (pulumi/sdk, rpcutil). */
const anySize = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };

/** Serves a provider until the engine ends this process, or has ended itself. */
export async function serve<Session>(provider: Provider<Session>): Promise<void> {
  endWithTheEngine();
  const { port } = await listen(provider);
  process.stdout.write(`${port}\n`);
}

/** A provider that is served as long as this process lives. */
export interface Listening {
  readonly port: number;
  /** Forgets what runs of the engine have left, when they have ended. */
  forget(): void;
}

export function listen<Session>(provider: Provider<Session>): Promise<Listening> {
  const server = new Server(anySize);
  const { methods, forget } = served(provider);
  server.addService(ResourceProviderService, methods);
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
      error === null ? resolve({ port, forget }) : reject(error),
    );
  });
}

/**
 * Ends this process with the engine. The engine interrupts its plugins when it is done. It also keeps the other end of their
 * standard input open while it lives (plugin.go, ExecPlugin). So when standard input ends, the engine was killed.
 */
function endWithTheEngine(): void {
  const end = () => process.exit(0);
  process.on("SIGINT", end);
  process.on("SIGTERM", end);
  const input = fstatSync(0);
  if (input.isFIFO() || input.isSocket()) process.stdin.on("end", end).on("error", end).resume();
}
