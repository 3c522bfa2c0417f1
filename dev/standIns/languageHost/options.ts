import type { ProgramInfo } from "@pulumi/pulumi/proto/language_pb";

/** The part of `runtime.options` in Pulumi.yaml that decides how a program is started. */
export interface RuntimeOptions {
  readonly typescript: boolean;
  readonly tsconfig: string | undefined;
  readonly nodeArguments: readonly string[];
}

/** Reads the options. See https://www.pulumi.com/docs/iac/concepts/projects/project-file/#runtime-options. */
export function runtimeOptions(info: ProgramInfo): RuntimeOptions {
  const stated: Record<string, unknown> = info.getOptions()?.toJavaScript() ?? {};
  const { typescript = true, tsconfig, nodeargs = "" } = stated;
  if (typeof typescript !== "boolean") {
    throw new Error("In Pulumi.yaml, runtime.options.typescript must be true or false.");
  }
  if (tsconfig !== undefined && typeof tsconfig !== "string") {
    throw new Error("In Pulumi.yaml, runtime.options.tsconfig must be a path.");
  }
  if (typeof nodeargs !== "string")
    throw new Error("In Pulumi.yaml, runtime.options.nodeargs must be one string of arguments.");
  return { typescript, tsconfig, nodeArguments: splitArguments(nodeargs) };
}

/** Splits a text at blanks, but not inside quotes, as a shell does. */
export function splitArguments(text: string): string[] {
  const words = text.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? [];
  return words.map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, "$1$2"));
}
