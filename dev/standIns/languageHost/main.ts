/**
 * A small language host for Node.js programs: what Pulumi's engine starts as `pulumi-language-nodejs` to run a
 * stack's program. It stands in for the official one, which comes only with Pulumi's own downloads, and serves what
 * `pulumi up` and its like need of the LanguageRuntime protocol (proto/pulumi/language.proto in pulumi/pulumi).
 */
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import { languageRuntime } from "./runtime";

interface Invocation {
  /** Address of the engine's own service; the engine passes it as the last argument. */
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
const runtime = languageRuntime(engine, tracing);
const server = new Server();
server.addService(LanguageRuntimeService, runtime.handlers);
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.stdout.write(`${port}\n`);
});

/**
 * The engine holds the other end of stdin for as long as it lives (pkg/resource/plugin/plugin.go), so its end is the
 * engine's, however it died. A signal is the engine's way to say that it has finished.
 */
const end = () => {
  runtime.stop();
  process.exit(0);
};
process.stdin.on("end", end).on("error", end).resume();
process.on("SIGINT", end);
process.on("SIGTERM", end);
