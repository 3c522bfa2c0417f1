import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { access, mkdir, readFile, rename, writeFile } from "node:fs/promises";
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
  /** Absolute path of the folder that has a file of settings for each checkout of this machine. */
  readonly settings: string;
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
  await mkdir(content.settings, { recursive: true });
  await writeAtomically(settingsFile(content), settingsText(content), 0o644);
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
async function writeAtomically(path: string, text: string, mode: number): Promise<void> {
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, text, { mode });
  await rename(draft, path);
}

/** Where a checkout's own settings lie, of which there is one file for each checkout that was set up. */
export function settingsFile({ settings, checkout }: WrapperContent): string {
  const key = createHash("sha256").update(checkout).digest("hex").slice(0, 16);
  return join(settings, `${key}.sh`);
}

/** A checkout's settings, which count in its own folder alone, and there more than those of one around it. */
export function settingsText(content: WrapperContent): string {
  const { checkout, passphraseFile, stack } = content;
  return `case $PWD/ in ${quote(`${checkout}/`)}*)
  if [ ${checkout.length} -gt "$length" ]; then
    length=${checkout.length} passphrase_file=${quote(passphraseFile)} development_stack=${quote(stack)}
    ${engineText(content)}
  fi ;;
esac
`;
}

function engineText({ pulumi, directories, offline, checkout }: WrapperContent): string {
  const path = directories.map(quote).join(":");
  return `engine=${quote(pulumi)} directories=${path} offline=${offline} checkout=${quote(checkout)}`;
}

/**
 * One wrapper serves all checkouts: it takes the settings of the one that it is called in, and those of the one that
 * was set up last elsewhere. The passphrase is public, so it is given for the development stack of a checkout only: with
 * another stack's command it would encrypt that one's secrets, or fail to decrypt them. The selected stack counts where
 * none is named, but not for commands that may create one.
 */
export function wrapperText(content: WrapperContent): string {
  return `#!/bin/sh
${wrapperMark}, for typing \`pulumi\` by hand. It may be deleted.
length=0 passphrase_file= development_stack=
${engineText(content)}
for settings in ${quote(content.settings)}/*.sh; do
  if [ -r "$settings" ]; then . "$settings"; fi
done
if [ ! -x "$engine" ]; then
  echo "pulumi: $engine is gone; set up $checkout again" >&2
  exit 127
fi
PATH=$directories:$PATH
PULUMI_SKIP_UPDATE_CHECK=\${PULUMI_SKIP_UPDATE_CHECK-true}
export PATH PULUMI_SKIP_UPDATE_CHECK
if [ "$offline" = true ]; then export PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true; fi

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

if [ -z "\${PULUMI_CONFIG_PASSPHRASE+set}\${PULUMI_CONFIG_PASSPHRASE_FILE+set}" ] && [ -n "$development_stack" ]; then
  stack=$(named_stack "$@")
  if [ "\${stack##*/}" = "$development_stack" ]; then
    export PULUMI_CONFIG_PASSPHRASE_FILE="$passphrase_file"
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
