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
import { failure, type RunningProgram, startProgram } from "./program";

/** Of the LanguageRuntime service, what is served here; gRPC answers UNIMPLEMENTED to the rest. */
export function languageRuntime(engineAtStart: string, tracing: string | undefined) {
  let engine = engineAtStart;
  const running = new Set<RunningProgram>();

  const handshake: handleUnaryCall<LanguageHandshakeRequest, LanguageHandshakeResponse> = (call, answer) => {
    engine = call.request.getEngineAddress();
    answer(null, new LanguageHandshakeResponse());
  };

  /**
   * None: the engine would look for every package that is named here before it runs the program, and ask its
   * download server for those it does not find. Unnamed ones it loads when the program registers a resource of
   * theirs, with the version that the SDK sends along.
   */
  const getRequiredPackages: handleUnaryCall<GetRequiredPackagesRequest, GetRequiredPackagesResponse> = (
    _call,
    answer,
  ) => answer(null, new GetRequiredPackagesResponse());

  const run: handleUnaryCall<RunRequest, RunResponse> = async (call, answer) => {
    try {
      const program = startProgram(call.request, engine, tracing);
      running.add(program);
      call.on("cancelled", program.stop);
      const response = await program.response;
      running.delete(program);
      answer(null, response);
    } catch (error) {
      answer(null, failure(messageOf(error)));
    }
  };

  /** Without a version: it is not a release of Pulumi. */
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
    /** Ends the programs that still run, at once: nobody is left to talk to. */
    stop: () => {
      for (const program of running) program.kill();
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
