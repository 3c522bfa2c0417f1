import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What a `pulumi` was called with. */
export interface Call {
  readonly args: readonly string[];
  readonly input: string;
  readonly env: Readonly<Record<string, string>>;
  /** What the file of --config-file says. */
  readonly config?: string;
}

/**
 * A `pulumi` for the path that keeps one stack, and writes down what it was called with: a folder for each call. A file
 * `fail` beside it has words of a command that it fails for. It is a shell script, because Node takes 0.1 s to start.
 */
const PROGRAM = `#!/bin/sh
at=$(dirname "$0")
number=0
until mkdir "$at/calls/$number" 2>/dev/null; do number=$((number + 1)); done
call=$at/calls/$number
printf '%s\\0' "$@" > "$call/args"
env -0 > "$call/env"
if [ "$1" = preview ]; then : > "$call/input"; else cat > "$call/input"; fi
for word; do
  if [ "$before" = --config-file ]; then cp "$word" "$call/config"; fi
  if [ "$before" = --stack ]; then stack=$word; fi
  before=$word
done
file=Pulumi.$stack.yaml

fail() {
  printf 'error: %s\\n' "$1" >&2
  exit 1
}

if [ -e "$at/fail" ]; then
  case "$*" in "$(cat "$at/fail")"*) fail "no luck today" ;; esac
fi
case "$*" in
whoami*)
  [ -e "$at/login" ] || fail "PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions"
  printf '{"user":"me","url":"%s"}' "$(cat "$at/login")"
  ;;
login*) printf %s "$2" > "$at/login" ;;
"stack --show-name"*) [ -e "$at/stack" ] || fail "no stack named '$stack' found" ;;
"stack init"*)
  printf %s "$stack" > "$at/stack"
  echo "encryptionsalt: v1:salt" >> "$file"
  ;;
"stack history"*) cat "$at/history" ;;
"stack rename"*)
  if [ -e "$at/locks" ]; then fail "$(cat "$at/locks")"; fi
  fail "a stack named organization/dokomodo/$stack already exists"
  ;;
"stack export"*) cat "$at/state" ;;
cancel*) rm "$at/locks" ;;
refresh*) echo "THE REFRESH" ;;
"config set"*)
  cp "$call/input" "$at/secret"
  secret="  dokomodo:passphrases: { $stack: { secure: v1:cipher } }"
  text=$(awk -v secret="$secret" '/^encryptionsalt/ { print secret } { print }' "$file")
  printf '%s\\n' "$text" > "$file"
  ;;
"config get"*)
  cat "$at/secret"
  echo
  ;;
preview*) echo "THE PLAN" ;;
up*)
  echo "THE UP"
  if [ -e "$at/slow" ]; then
    trap 'echo SIGINT >> "$at/signals"; kill $!; sleep 0.5; exit 1' INT
    sleep 30 &
    : > "$at/begun"
    wait
  fi
  ;;
esac
`;

export class FakePulumi {
  /** @param folder a folder for the path, which is made */
  constructor(readonly folder: string) {
    mkdirSync(join(folder, "calls"), { recursive: true });
    const program = join(folder, "pulumi");
    writeFileSync(program, PROGRAM);
    chmodSync(program, 0o755);
  }

  /** Makes the commands fail that begin with these words; none if absent. */
  failFor(words: string | undefined): void {
    writeFileSync(join(this.folder, "fail"), words ?? "nothing at all");
  }

  /** Makes an `up` last until it gets SIGINT. */
  isSlow(): void {
    writeFileSync(join(this.folder, "slow"), "");
  }

  /** Whether an `up` that is slow has begun. */
  hasBegun(): boolean {
    return existsSync(join(this.folder, "begun"));
  }

  /** The signals that it got, one a line. */
  signals(): string {
    return readFileSync(join(this.folder, "signals"), "utf8");
  }

  /** Locks the stack, in Pulumi's own words. */
  isLocked(...locks: readonly string[]): void {
    const lines = locks.map((lock) => `\n  s3://bucket/${lock}`).join("");
    const said = `the stack is currently locked by ${locks.length} lock(s). Either wait for the other process(es) to end or delete the lock file with \`pulumi cancel\`.`;
    writeFileSync(join(this.folder, "locks"), `${said}${lines}`);
  }

  /** Gives the stack operations that its last run had begun. */
  hasPending(operations: readonly unknown[]): void {
    const state = { deployment: { resources: [], pending_operations: operations } };
    writeFileSync(join(this.folder, "state"), JSON.stringify(state));
  }

  /** Says where Pulumi is logged in to. */
  logIn(url: string): void {
    writeFileSync(join(this.folder, "login"), url);
  }

  /** Gives the stack a history: updates with a config, the latest first. */
  hasHistory(
    updates: readonly { readonly result?: string; readonly config: Record<string, unknown> }[],
  ): void {
    const text = JSON.stringify(
      updates.map(({ result = "succeeded", config }, index) => ({
        kind: "update",
        result,
        endTime: `2026-01-0${updates.length - index}T00:00:00.000Z`,
        config: {
          ...Object.fromEntries(
            Object.entries(config).map(([key, objectValue]) => [
              key,
              { value: JSON.stringify(objectValue), objectValue, secret: false },
            ]),
          ),
          "dokomodo:development": { value: "false", secret: false },
          "dokomodo:passphrases": { secret: true },
        },
      })),
    );
    writeFileSync(join(this.folder, "history"), text);
  }

  calls(): Call[] {
    const folder = join(this.folder, "calls");
    const numbers = readdirSync(folder).map(Number);
    return numbers.sort((one, other) => one - other).map((number) => callIn(join(folder, String(number))));
  }

  /** The commands, without what every call has. */
  commands(): string[] {
    return this.calls().map(({ args }) => args.filter((each) => each !== "--non-interactive").join(" "));
  }
}

function callIn(folder: string): Call {
  const read = (name: string) => readFileSync(join(folder, name), "utf8");
  const words = (text: string) => text.split("\0").slice(0, -1);
  const env = words(read("env")).map((line) => {
    const end = line.indexOf("=");
    return [line.slice(0, end), line.slice(end + 1)];
  });
  return {
    args: words(read("args")),
    input: read("input"),
    env: Object.fromEntries(env),
    ...(existsSync(join(folder, "config")) ? { config: read("config") } : {}),
  };
}
