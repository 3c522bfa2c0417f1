import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { ProgramInfo, type RunRequest, RunResponse } from "@pulumi/pulumi/proto/language_pb";
import { runtimeOptions } from "./options";

/** Exit code of the program's runner when it has already shown the error to the person (cmd/run of @pulumi/pulumi). */
export const alreadyReported = 32;

/** Milliseconds after which a program that was asked to stop is killed. */
const patience = 5_000;

export interface RunningProgram {
  readonly response: Promise<RunResponse>;
  stop(): void;
  kill(): void;
}

/** Starts the stack's program. Its output goes to this process's own outputs, which the engine shows. */
export function startProgram(request: RunRequest, engine: string, tracing?: string): RunningProgram {
  const info = request.getInfo() ?? new ProgramInfo();
  const options = runtimeOptions(info);
  const child = spawn(
    process.execPath,
    [
      ...options.nodeArguments,
      locateRunner(info.getProgramDirectory()),
      ...runnerArguments(request, info, engine, tracing),
    ],
    {
      env: {
        ...process.env,
        PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toObject())),
        PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
        ...(options.typescript ? { PULUMI_NODEJS_TYPESCRIPT: "true" } : {}),
        ...(options.tsconfig === undefined ? {} : { PULUMI_NODEJS_TSCONFIG_PATH: options.tsconfig }),
      },
      stdio: ["ignore", "inherit", "inherit"],
    },
  );
  return {
    response: new Promise((resolve) => {
      child.once("error", (error) => resolve(failure(`The program could not be started: ${error.message}`)));
      child.once("exit", (code, signal) => resolve(responseTo(code, signal)));
    }),
    stop: () => interrupt(child),
    kill: () => child.kill("SIGKILL"),
  };
}

/** Arguments of the SDK's own runner, `@pulumi/pulumi/cmd/run`. Flags without a value are left out. */
function runnerArguments(request: RunRequest, info: ProgramInfo, engine: string, tracing = ""): string[] {
  const flags: Record<string, string> = {
    monitor: request.getMonitorAddress(),
    engine,
    organization: request.getOrganization(),
    project: request.getProject(),
    "root-directory": info.getRootDirectory(),
    stack: request.getStack(),
    pwd: info.getProgramDirectory(),
    parallel: String(request.getParallel()),
    tracing,
  };
  return [
    ...Object.entries(flags).flatMap(([flag, value]) => (value === "" ? [] : [`--${flag}`, value])),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    info.getEntryPoint(),
    ...request.getArgsList(),
  ];
}

/** Finds the runner in the SDK that the program itself has installed. */
function locateRunner(programDirectory: string): string {
  try {
    return createRequire(join(programDirectory, "index.js")).resolve("@pulumi/pulumi/cmd/run");
  } catch {
    throw new Error(
      `The package @pulumi/pulumi is not installed for the program in ${programDirectory}. Run \`npm install\` there.`,
    );
  }
}

function interrupt(child: ChildProcess): void {
  child.kill("SIGINT");
  const timer = setTimeout(() => child.kill("SIGKILL"), patience);
  child.once("exit", () => clearTimeout(timer));
}

/** The engine's answer to the end of a program's process. */
export function responseTo(code: number | null, signal: NodeJS.Signals | null): RunResponse {
  if (code === 0) return new RunResponse();
  if (code === alreadyReported) {
    const response = new RunResponse();
    response.setBail(true);
    return response;
  }
  if (code !== null) return failure(`The program ended with exit code ${code}`);
  const hint =
    signal === "SIGABRT"
      ? ". If it ran out of memory, set runtime.options.nodeargs to --max-old-space-size=<MB> in Pulumi.yaml"
      : "";
  return failure(`The program was ended by ${signal}${hint}`);
}

export function failure(message: string): RunResponse {
  const response = new RunResponse();
  response.setError(message);
  return response;
}
