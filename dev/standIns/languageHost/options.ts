import type { ProgramInfo } from "@pulumi/pulumi/proto/language_pb";

/** `runtime.options` of Pulumi.yaml, as far as they bear on how a program is started. */
export interface RuntimeOptions {
  readonly typescript: boolean;
  readonly tsconfig: string | undefined;
  readonly nodeArguments: readonly string[];
}

/** https://www.pulumi.com/docs/iac/concepts/projects/project-file/#runtime-options: `typescript` is on by default. */
export function runtimeOptions(info: ProgramInfo): RuntimeOptions {
  const stated: Record<string, unknown> = info.getOptions()?.toJavaScript() ?? {};
  const { typescript = true, tsconfig, nodeargs = "" } = stated;
  if (typeof typescript !== "boolean") throw new Error("runtime option typescript: must be true or false");
  if (tsconfig !== undefined && typeof tsconfig !== "string") {
    throw new Error("runtime option tsconfig: must be a path");
  }
  if (typeof nodeargs !== "string")
    throw new Error("runtime option nodeargs: must be one string of arguments");
  return { typescript, tsconfig, nodeArguments: splitArguments(nodeargs) };
}

/** Splits as a shell does: at blanks, but not inside quotes. */
export function splitArguments(text: string): string[] {
  const words = text.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? [];
  return words.map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, "$1$2"));
}
