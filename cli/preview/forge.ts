import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";

/** A comment on a pull request, or on a merge request. */
interface Comment {
  readonly id: number;
  readonly body: string;
}

/** Where the comments of a pull request are kept. */
export interface Forge {
  /** For people: `pull request 12 of ops/nodes`. */
  readonly called: string;
  /** Address of the comments. */
  readonly list: string;
  /** Address of one of them, and the method that changes it. */
  one(id: number): string;
  readonly change: "PATCH" | "PUT";
  readonly headers: Readonly<Record<string, string>>;
}

const comments = z.array(z.object({ id: z.number(), body: z.string().nullish() }));
const pullRequestEvent = z.object({ pull_request: z.object({ number: z.number() }) });

/** Comments on a page, which is the most that both GitHub and GitLab give. */
const PAGE = 100;
const TRIES = 4;
const MOST_WAIT_SECONDS = 60;

/**
 * The pull request of a job of GitHub Actions, or the merge request of a job of GitLab CI, by the variables that both set
 * (https://docs.github.com/en/actions/reference/workflows-and-actions/variables,
 * https://docs.gitlab.com/ci/variables/predefined_variables/). Throws with what is missing.
 */
export function forgeOf(env: NodeJS.ProcessEnv): Forge {
  if (env["GITHUB_ACTIONS"] === "true") return github(env);
  if (env["GITLAB_CI"] === "true") return gitlab(env);
  throw new Error(
    "--comment works in a job of GitHub Actions or GitLab CI; elsewhere --markdown prints the same text",
  );
}

function github(env: NodeJS.ProcessEnv): Forge {
  const { GITHUB_TOKEN: token, GITHUB_REPOSITORY: repository, GITHUB_EVENT_PATH: event } = env;
  if (!token || !repository || !event)
    throw missing(env, ["GITHUB_TOKEN", "GITHUB_REPOSITORY", "GITHUB_EVENT_PATH"]);
  const read = pullRequestEvent.safeParse(JSON.parse(readFileSync(event, "utf8")));
  if (!read.success)
    throw new Error("this job was not started by a pull request, so there is nothing to comment on");
  const { number } = read.data.pull_request;
  const api = `${env["GITHUB_API_URL"] ?? "https://api.github.com"}/repos/${repository}/issues`;
  return {
    called: `pull request ${number} of ${repository}`,
    list: `${api}/${number}/comments`,
    one: (id) => `${api}/comments/${id}`,
    change: "PATCH",
    headers: { authorization: `Bearer ${token}`, accept: "application/vnd.github+json" },
  };
}

function gitlab(env: NodeJS.ProcessEnv): Forge {
  const {
    GITLAB_TOKEN: token,
    CI_API_V4_URL: api,
    CI_PROJECT_ID: project,
    CI_MERGE_REQUEST_IID: number,
  } = env;
  if (!token || !api || !project || !number)
    throw missing(env, ["GITLAB_TOKEN", "CI_API_V4_URL", "CI_PROJECT_ID", "CI_MERGE_REQUEST_IID"]);
  const list = `${api}/projects/${project}/merge_requests/${number}/notes`;
  return {
    called: `merge request ${number} of project ${project}`,
    list,
    one: (id) => `${list}/${id}`,
    change: "PUT",
    headers: { "private-token": token },
  };
}

function missing(env: NodeJS.ProcessEnv, names: readonly string[]): Error {
  const absent = names.filter((name) => !env[name]).join(" and ");
  return new Error(`--comment needs ${absent}, which this job does not have (docs/guide/review.md)`);
}

/**
 * Writes the one comment of a stack: it changes the one that is there, and makes one if there is none. A comment of
 * somebody else with the same beginning cannot be changed, and does not count.
 * @param marker how the comment begins
 * @returns what was done, for people
 */
export async function writeComment(forge: Forge, marker: string, body: string): Promise<string> {
  for await (const { id } of commentsWith(forge, marker)) {
    const { status } = await call(forge, forge.one(id), forge.change, body, [403, 404]);
    if (status < 300) return `changed the comment on ${forge.called}`;
  }
  await call(forge, forge.list, "POST", body);
  return `commented on ${forge.called}`;
}

async function* commentsWith(forge: Forge, marker: string): AsyncGenerator<Comment> {
  for (let page = 1; ; page++) {
    const { text } = await call(forge, `${forge.list}?per_page=${PAGE}&page=${page}`, "GET");
    const found = comments.parse(JSON.parse(text));
    for (const { id, body } of found) if (body?.startsWith(marker)) yield { id, body };
    if (found.length < PAGE) return;
  }
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Calls the forge. It waits and tries again while it is told to, or while the forge is away. */
async function call(
  { called, headers }: Forge,
  address: string,
  method: string,
  body?: string,
  allowed: readonly number[] = [],
): Promise<Answer> {
  for (let tried = 1; ; tried++) {
    const response = await fetch(address, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify({ body }) }),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    const { status } = response;
    if (response.ok || allowed.includes(status)) return { status, text };
    const isBusy = status === 429 || status >= 500;
    if (!isBusy || tried === TRIES)
      throw new Error(
        `${called} cannot be commented on: ${method} ${new URL(address).pathname} was answered with HTTP ${status}${said(text)}`,
      );
    const asked = Number(response.headers.get("retry-after") ?? tried);
    await sleep(Math.min(Number.isNaN(asked) ? tried : asked, MOST_WAIT_SECONDS) * 1000);
  }
}

const refusal = z.object({ message: z.unknown() });

/** The forge's own words, if it has any. */
function said(text: string): string {
  try {
    const { message } = refusal.parse(JSON.parse(text));
    return typeof message === "string" ? `: ${message}` : "";
  } catch {
    return "";
  }
}
