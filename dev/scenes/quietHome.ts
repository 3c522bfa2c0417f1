import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pluginFolder } from "../toolchain/plugins";

/**
 * Makes a home for the CLI in which it writes no log of its own, and returns the path for PULUMI_HOME. It has the plugins of
 * the usual home. The log is of no use in tests, and to compress and encrypt it takes a tenth of a run's processor time.
 * There is no setting for that. But the CLI goes on without a log if it cannot make the log's folder, so a file takes its
 * place (pulumi/pulumi, pkg/cmd/pulumi/pulumi.go and pkg/logging/encrypted.go).
 */
export function quietHome(folder: string): string {
  const home = join(folder, "home");
  const plugins = pluginFolder(process.env);
  mkdirSync(home);
  writeFileSync(join(home, "logs"), "");
  if (existsSync(plugins)) symlinkSync(plugins, join(home, "plugins"));
  return home;
}
