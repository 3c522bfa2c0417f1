import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { askPulumi, pulumiError } from "../pulumi";

/** Where Pulumi keeps the state of a stack. */
export interface Backend {
  /** For people. */
  readonly address: string;
  /** The address to log in to first; absent if Pulumi is there already. */
  readonly login?: string | undefined;
}

/** Pulumi's own word for the folder ~/.pulumi. */
const USUAL = "file://~";
const whoAmI = z.object({ url: z.string() });

/**
 * Chooses the backend: the one that is asked for, else the one that PULUMI_BACKEND_URL names or that Pulumi is logged in
 * to, else a folder in the user's home. A login that is there is changed only if another backend is asked for, because
 * it is the login of all projects of the user.
 */
export async function chooseBackend(asked: string | undefined, env: NodeJS.ProcessEnv): Promise<Backend> {
  if (asked !== undefined && URL.canParse(asked) && new URL(asked).password !== "") {
    throw new Error(
      "--backend has a password in it, and other users of this machine can read arguments; set PULUMI_BACKEND_URL to it instead",
    );
  }
  const fromEnvironment = env["PULUMI_BACKEND_URL"] || undefined;
  if (fromEnvironment !== undefined) {
    if (asked === undefined || asked === fromEnvironment) return { address: "PULUMI_BACKEND_URL" };
    throw new Error(
      "--backend and PULUMI_BACKEND_URL name two backends; unset PULUMI_BACKEND_URL, or leave --backend out",
    );
  }
  const present = await presentLogin();
  const address = asked ?? present ?? USUAL;
  return present === address ? { address } : { address, login: address };
}

/** The backend that Pulumi is logged in to; undefined if it is nowhere. */
async function presentLogin(): Promise<string | undefined> {
  const answer = await askPulumi(["whoami", "--verbose", "--json"]);
  if (!answer.ok) return undefined;
  try {
    return whoAmI.parse(JSON.parse(answer.stdout)).url;
  } catch {
    throw new Error(
      "`pulumi whoami --verbose --json` does not say which backend Pulumi is logged in to; state one with --backend",
    );
  }
}

/** Logs in to the backend where that is due. A folder is made if it is not there. */
export async function logIn({ login }: Backend, stack: string): Promise<void> {
  if (login === undefined) return;
  if (login.startsWith("file:///")) await mkdir(fileURLToPath(login), { recursive: true, mode: 0o700 });
  const args = ["login", login];
  const answer = await askPulumi(args);
  if (!answer.ok) throw pulumiError(args, answer, stack);
}
