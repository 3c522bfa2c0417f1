import { createRequire } from "node:module";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { inspect } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import { ProgramInfo, type RunRequest, type RunResponse } from "@pulumi/pulumi/proto/language_pb";
import { alreadyReported, type RunningProgram, responseTo } from "../languageHost/program";

/** Milliseconds between two looks at what a program has not finished. */
const LOOK = 10;

let isRunning = false;

/**
 * Runs the stack's program in this process, as the SDK's runner does in a process of its own (cmd/run of @pulumi/pulumi).
 * The program has to export a function, because its modules are loaded once. Only the end of this process interrupts it.
 */
export function runHere(request: RunRequest, engine: string): RunningProgram {
  if (isRunning)
    throw new Error("Another run of the program has not ended, and the SDK keeps one run's values.");
  isRunning = true;
  const end = () => process.exit(1);
  const response = respond(request, engine).finally(() => {
    isRunning = false;
  });
  return { response, stop: end, kill: end };
}

async function respond(request: RunRequest, engine: string): Promise<RunResponse> {
  const info = request.getInfo() ?? new ProgramInfo();
  const program = join(info.getProgramDirectory(), info.getEntryPoint());
  const failures = new Set<unknown>();
  const onFailure = (error: unknown) => {
    if (!failures.has(error)) void tell(error, program);
    failures.add(error);
  };
  prepare(request, engine);
  const before = unfinished();
  process.on("uncaughtException", onFailure).on("unhandledRejection", onFailure);
  try {
    await pulumi.runtime.runInPulumiStack(async () => load(program)()).catch(onFailure);
    // A process of its own would not end before.
    while (unfinished() > before) await setTimeout(LOOK);
    await pulumi.runtime.disconnect(failures.size === 0 && process.exitCode === undefined);
  } finally {
    process.off("uncaughtException", onFailure).off("unhandledRejection", onFailure);
  }
  return responseTo(failures.size > 0 ? alreadyReported : Number(process.exitCode ?? 0), null);
}

/** Gives the SDK the values of this run, and forgets the run before. */
function prepare(request: RunRequest, engine: string): void {
  process.exitCode = undefined;
  pulumi.runtime.resetOptions(
    request.getProject(),
    request.getStack(),
    request.getParallel(),
    engine,
    request.getMonitorAddress(),
    request.getDryrun(),
    request.getOrganization(),
  );
  const config = Object.fromEntries(request.getConfigMap().toObject());
  pulumi.runtime.setAllConfig(config, request.getConfigsecretkeysList());
}

/** Counts what keeps a process alive, such as timers and child processes, but not connections, because gRPC has some. */
function unfinished(): number {
  return process.getActiveResourcesInfo().filter((kind) => !kind.startsWith("TCP")).length;
}

function load(path: string): () => unknown {
  const program: unknown = createRequire(path)(path);
  if (typeof program !== "function") throw new Error(`${path} exports no function.`);
  return () => program();
}

/** Says of an error what the runner says. */
function tell(error: unknown, program: string): Promise<void> {
  if (pulumi.RunError.isInstance(error)) return pulumi.log.error(error.message);
  const whole = inspect(error);
  if (pulumi.ResourceError.isInstance(error))
    return pulumi.log.error(error.hideStack ? error.message : whole, error.resource);
  return pulumi.log.error(`Running program '${program}' failed with an unhandled exception:\n${whole}`);
}
