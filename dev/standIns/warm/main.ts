/**
 * Serves stand-ins to one run of the CLI after the other. The arguments are their names. It sends its parent their ports,
 * keyed by name, and ends with its parent.
 */
import { promisify } from "node:util";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import { languageRuntime } from "../languageHost/runtime";
import { listen } from "../providers/provider";
import { random } from "../providers/random/random";
import { tls } from "../providers/tls/tls";
import { runHere } from "./program";

const serving: Readonly<Record<string, () => Promise<number>>> = {
  nodejs: () => {
    const server = new Server();
    server.addService(LanguageRuntimeService, languageRuntime(runHere).handlers);
    return promisify(server.bindAsync.bind(server))("127.0.0.1:0", ServerCredentials.createInsecure());
  },
  random: () => listen(random),
  tls: () => listen(tls),
};

async function serve(names: readonly string[]): Promise<void> {
  const ports = await Promise.all(names.map(async (name) => [name, await serving[name]?.()]));
  process.send?.(Object.fromEntries(ports));
}

process.on("disconnect", () => process.exit(0));
void serve(process.argv.slice(2));
