import { fstatSync } from "node:fs";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { methods } from "./methods";
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

/** The engine allows 400 MB per message (pulumi/sdk, rpcutil); grpc's own limit is 4 MB. */
const anySize = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };

/** Serves until the engine ends this process, or is gone itself. */
export async function serve<Session>(provider: Provider<Session>): Promise<void> {
  endWithTheEngine();
  const server = new Server(anySize);
  server.addService(ResourceProviderService, methods(provider));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  process.stdout.write(`${port}\n`);
}

/**
 * The engine interrupts its plugins when it is done, and holds the other end of their standard input for as long as
 * it lives (plugin.go, ExecPlugin): when that end closes, it was killed.
 */
function endWithTheEngine(): void {
  const end = () => process.exit(0);
  process.on("SIGINT", end);
  process.on("SIGTERM", end);
  const input = fstatSync(0);
  if (input.isFIFO() || input.isSocket()) process.stdin.on("end", end).on("error", end).resume();
}
