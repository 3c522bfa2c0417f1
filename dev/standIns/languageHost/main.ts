/**
 * A small language host for Node.js programs. Pulumi's engine starts it as `pulumi-language-nodejs` to run a stack's program.
 * It stands in for the official one, which is only in Pulumi's own downloads. It serves the part of the LanguageRuntime
 * protocol (proto/pulumi/language.proto in pulumi/pulumi) that commands such as `pulumi up` need.
 */
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import { startProgram } from "./program";
import { languageRuntime } from "./runtime";

interface Invocation {
  /** Address of the engine's own service. The engine passes it as the last argument. */
  readonly engine: string;
  readonly tracing: string | undefined;
}

function parseInvocation(args: readonly string[]): Invocation {
  const tracing = args.indexOf("--tracing");
  const last = args.at(-1) ?? "";
  return {
    engine: last.startsWith("-") ? "" : last,
    tracing: tracing < 0 ? undefined : args[tracing + 1],
  };
}

const { engine, tracing } = parseInvocation(process.argv.slice(2));
const runtime = languageRuntime((request, address) => startProgram(request, address, tracing), engine);
const server = new Server();
server.addService(LanguageRuntimeService, runtime.handlers);
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.stdout.write(`${port}\n`);
});

/**
 * The engine keeps the other end of standard input open while it lives (pkg/resource/plugin/plugin.go). So when standard input
 * ends, the engine has ended, even if it was killed. When the engine has finished normally, it sends a signal.
 */
const end = () => {
  runtime.stop();
  process.exit(0);
};
process.stdin.on("end", end).on("error", end).resume();
process.on("SIGINT", end);
process.on("SIGTERM", end);
