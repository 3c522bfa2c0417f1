import { type handleServerStreamingCall, type handleUnaryCall, status } from "@grpc/grpc-js";
import {
  type AboutRequest,
  AboutResponse,
  type GetProgramDependenciesRequest,
  GetProgramDependenciesResponse,
  type GetRequiredPackagesRequest,
  GetRequiredPackagesResponse,
  type InstallDependenciesRequest,
  InstallDependenciesResponse,
  type LanguageHandshakeRequest,
  LanguageHandshakeResponse,
  type RunRequest,
  type RunResponse,
  type RuntimeOptionsRequest,
  RuntimeOptionsResponse,
} from "@pulumi/pulumi/proto/language_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import type { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { installDependencies, installedDependencies } from "./dependencies";
import { failure, type RunningProgram } from "./program";

/**
 * The calls of the LanguageRuntime service that are served here. gRPC answers UNIMPLEMENTED to all others.
 * @param start starts the program of a request, which calls the engine at an address
 */
export function languageRuntime(
  start: (request: RunRequest, engine: string) => RunningProgram,
  engineAtStart = "",
) {
  let engine = engineAtStart;
  const running = new Set<RunningProgram>();

  const handshake: handleUnaryCall<LanguageHandshakeRequest, LanguageHandshakeResponse> = (call, answer) => {
    engine = call.request.getEngineAddress();
    answer(null, new LanguageHandshakeResponse());
  };

  /**
   * Names no packages. Before it runs the program, the engine looks for every package that is named here, and downloads those
   * that it does not find. It loads other packages when the program registers a resource of theirs, in the version that the
   * SDK states.
   */
  const getRequiredPackages: handleUnaryCall<GetRequiredPackagesRequest, GetRequiredPackagesResponse> = (
    _call,
    answer,
  ) => answer(null, new GetRequiredPackagesResponse());

  const run: handleUnaryCall<RunRequest, RunResponse> = async (call, answer) => {
    try {
      const program = start(call.request, engine);
      running.add(program);
      // gRPC calls it cancelled, too, when the engine closes the connection after the answer.
      call.on("cancelled", () => {
        if (running.has(program)) program.stop();
      });
      const response = await program.response;
      running.delete(program);
      answer(null, response);
    } catch (error) {
      answer(null, failure(messageOf(error)));
    }
  };

  /** Answers without a version, because this is not a release of Pulumi. */
  const getPluginInfo: handleUnaryCall<Empty, PluginInfo> = (_call, answer) => answer(null, new PluginInfo());

  const about: handleUnaryCall<AboutRequest, AboutResponse> = (_call, answer) => {
    const response = new AboutResponse();
    response.setExecutable(process.execPath);
    response.setVersion(process.version);
    response.getMetadataMap().set("packagemanager", "npm");
    answer(null, response);
  };

  const getProgramDependencies: handleUnaryCall<
    GetProgramDependenciesRequest,
    GetProgramDependenciesResponse
  > = async ({ request }, answer) => {
    try {
      const directory = request.getInfo()?.getProgramDirectory() ?? "";
      const response = new GetProgramDependenciesResponse();
      response.setDependenciesList(
        await installedDependencies(directory, request.getTransitivedependencies()),
      );
      answer(null, response);
    } catch (error) {
      answer({ code: status.FAILED_PRECONDITION, details: messageOf(error) });
    }
  };

  const installProgramDependencies: handleServerStreamingCall<
    InstallDependenciesRequest,
    InstallDependenciesResponse
  > = (call) => {
    const directory = call.request.getInfo()?.getProgramDirectory() ?? "";
    installDependencies(directory, (chunk) => {
      const response = new InstallDependenciesResponse();
      response.setStdout(chunk);
      call.write(response);
    }).then(
      () => call.end(),
      (error) => call.emit("error", { code: status.INTERNAL, details: messageOf(error) }),
    );
  };

  const runtimeOptionsPrompts: handleUnaryCall<RuntimeOptionsRequest, RuntimeOptionsResponse> = (
    _call,
    answer,
  ) => answer(null, new RuntimeOptionsResponse());

  const cancel: handleUnaryCall<Empty, Empty> = (call, answer) => {
    for (const program of running) program.stop();
    answer(null, call.request);
  };

  return {
    handlers: {
      handshake,
      getRequiredPackages,
      run,
      getPluginInfo,
      about,
      getProgramDependencies,
      installDependencies: installProgramDependencies,
      runtimeOptionsPrompts,
      cancel,
    },
    /** Kills the programs that still run. The engine has ended, so nobody waits for them. */
    stop: () => {
      for (const program of running) program.kill();
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
