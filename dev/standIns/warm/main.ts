/**
 * Serves stand-ins to one run of the CLI after the other. The arguments are their names. It sends its parent their ports,
 * keyed by name, and ends with its parent. It forgets what runs have left whenever its parent sends it something, and then
 * sends something back.
 */
import { promisify } from "node:util";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import { languageRuntime } from "../languageHost/runtime";
import { type Listening, listen } from "../providers/provider";
import { runHere } from "./program";

const serving: Readonly<Record<string, () => Promise<Listening>>> = {
  nodejs: async () => {
    const server = new Server();
    server.addService(LanguageRuntimeService, languageRuntime(runHere).handlers);
    const bind = promisify(server.bindAsync.bind(server));
    return { port: await bind("127.0.0.1:0", ServerCredentials.createInsecure()), forget: () => {} };
  },
  docker: async () => listen((await import("../providers/docker/docker.ts")).docker),
  kubernetes: async () => listen((await import("../providers/kubernetes/kubernetes.ts")).kubernetes),
  random: async () => listen((await import("../providers/random/random.ts")).random),
  tls: async () => listen((await import("../providers/tls/tls.ts")).tls),
};

async function serve(names: readonly string[]): Promise<void> {
  const listening = await Promise.all(names.map(async (name) => ({ name, ...(await serving[name]?.()) })));
  process.on("message", () => {
    for (const { forget } of listening) forget?.();
    process.send?.("forgotten");
  });
  process.send?.(Object.fromEntries(listening.map(({ name, port }) => [name, port])));
}

process.on("disconnect", () => process.exit(0));
void serve(process.argv.slice(2));
