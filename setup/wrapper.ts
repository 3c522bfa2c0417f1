import { constants } from "node:fs";
import { access, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exists } from "./cache";
import { isWrapper, searchPath, wrapperMark } from "./executables";

export interface WrapperContent {
  /** The CLI to run. */
  readonly pulumi: string;
  /** Directories to put on the path. */
  readonly directories: readonly string[];
  /** Whether plugins stand in, so that the engine must not try to download any. */
  readonly offline: boolean;
  /** The project in which the development stack's passphrase is known. */
  readonly checkout: string;
  readonly passphraseFile: string;
  readonly stack: string;
}

/**
 * Puts a `pulumi` on the path for typing by hand, in the first directory there that is the user's or the machine's
 * own. Never replaces a program that is not of its making. Undefined when there is no place for it.
 */
export async function installWrapper(
  content: WrapperContent,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly path: string; readonly changed: boolean } | undefined> {
  const onPath = searchPath(env);
  const text = wrapperText(content);
  for (const directory of [join(env["HOME"] ?? "/", ".local", "bin"), "/usr/local/bin"]) {
    const path = join(directory, "pulumi");
    if (!onPath.includes(directory) || !(await isWritable(directory))) continue;
    if (await exists(path)) {
      if (!(await isWrapper(path))) continue;
      if ((await readFile(path, "utf8")) === text) return { path, changed: false };
    }
    await writeAtomically(path, text, 0o755);
    return { path, changed: true };
  }
  return undefined;
}

/** A reader sees the old file or the new one, never a part. */
export async function writeAtomically(path: string, text: string, mode: number): Promise<void> {
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, text, { mode });
  await rename(draft, path);
}

/**
 * The passphrase is public, so it is given for the development stack of this project only: with another stack's
 * command it would encrypt that one's secrets, or fail to decrypt them. The selected stack counts where none is named,
 * but not for commands that may create one.
 */
export function wrapperText({
  pulumi,
  directories,
  offline,
  checkout,
  passphraseFile,
  stack,
}: WrapperContent): string {
  return `#!/bin/sh
${wrapperMark}, for typing \`pulumi\` by hand. It may be deleted.
engine=${quote(pulumi)}
if [ ! -x "$engine" ]; then
  echo "pulumi: $engine is gone; set up ${checkout.replace(/["$`\\]/g, "\\$&")} again" >&2
  exit 127
fi
PATH=${directories.map(quote).join(":")}:$PATH
PULUMI_SKIP_UPDATE_CHECK=\${PULUMI_SKIP_UPDATE_CHECK-true}
export PATH PULUMI_SKIP_UPDATE_CHECK
${offline ? "export PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true\n" : ""}
in_project() {
  case $PWD/ in ${quote(`${checkout}/`)}*) return 0 ;; *) return 1 ;; esac
}

named_stack() {
  stack=$PULUMI_STACK creates= previous=
  for argument; do
    case "$previous $argument" in
    "stack init" | "stack select" | " new") creates=yes stack= ;;
    "-s "* | "--stack "*) stack=$argument ;;
    *" --stack="*) stack=\${argument#--stack=} ;;
    -* | *" -"*) ;;
    *) [ -z "$creates" ] || stack=$argument ;;
    esac
    previous=$argument
  done
  echo "\${stack:-\${creates:-$("$engine" stack --show-name 2>/dev/null)}}"
}

if [ -z "\${PULUMI_CONFIG_PASSPHRASE+set}\${PULUMI_CONFIG_PASSPHRASE_FILE+set}" ] && in_project; then
  stack=$(named_stack "$@")
  if [ "\${stack##*/}" = ${quote(stack)} ]; then
    export PULUMI_CONFIG_PASSPHRASE_FILE=${quote(passphraseFile)}
  fi
fi
exec "$engine" "$@"
`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

async function isWritable(directory: string): Promise<boolean> {
  return access(directory, constants.W_OK).then(
    () => true,
    () => false,
  );
}
