import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { forgeOf, writeComment } from "../../../cli/preview/forge";

const MARKER = "<!-- dokomodo preview of stack east -->";

interface Kept {
  id: number;
  body: string | null;
  /** Whether somebody else wrote it, so that it cannot be changed. */
  isForeign?: boolean;
}

/** Answers as the API of GitHub or GitLab does for the comments of one request. */
class FakeForge {
  readonly comments: Kept[] = [];
  readonly calls: string[] = [];
  /** Statuses with which the next calls are answered instead. */
  readonly failures: { readonly status: number; readonly after?: string }[] = [];
  private readonly server: Server;

  constructor(
    private readonly list: string,
    private readonly one: RegExp,
    private readonly login: (headers: IncomingMessage["headers"]) => string | undefined,
  ) {
    this.server = createServer(async (request, response) => {
      let text = "";
      for await (const chunk of request) text += chunk;
      const { status, body, after } = this.answer(request, text);
      response.writeHead(status, {
        "content-type": "application/json",
        ...(after === undefined ? {} : { "retry-after": after }),
      });
      response.end(JSON.stringify(body));
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    const address = this.server.address();
    return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private answer({ method = "", url = "", headers }: IncomingMessage, text: string) {
    this.calls.push(`${method} ${url}`);
    const failure = this.failures.shift();
    if (failure !== undefined)
      return { status: failure.status, body: { message: "slow down" }, after: failure.after };
    if (this.login(headers) !== "the token") return { status: 401, body: { message: "Bad credentials" } };
    const { pathname, searchParams } = new URL(url, "http://forge");
    if (method === "GET" && pathname === this.list) {
      const [page, size] = [Number(searchParams.get("page")), Number(searchParams.get("per_page"))];
      return { status: 200, body: this.comments.slice((page - 1) * size, page * size) };
    }
    const { body } = JSON.parse(text);
    if (method === "POST" && pathname === this.list) {
      this.comments.push({ id: this.comments.length + 1, body });
      return { status: 201, body: {} };
    }
    const found = this.comments.find(({ id }) => id === Number(this.one.exec(pathname)?.[1]));
    if (found === undefined) return { status: 404, body: { message: "Not Found" } };
    if (found.isForeign) return { status: 403, body: { message: "Resource not accessible by integration" } };
    found.body = body;
    return { status: 200, body: {} };
  }
}

const FORGES = {
  GitHub: () =>
    new FakeForge(
      "/repos/ops/nodes/issues/12/comments",
      /^\/repos\/ops\/nodes\/issues\/comments\/(\d+)$/,
      ({ authorization }) => authorization?.replace("Bearer ", ""),
    ),
  GitLab: () =>
    new FakeForge(
      "/api/projects/7/merge_requests/12/notes",
      /^\/api\/projects\/7\/merge_requests\/12\/notes\/(\d+)$/,
      (headers) => String(headers["private-token"]),
    ),
};

describe.each(["GitHub", "GitLab"] as const)("the comment on %s", (name) => {
  let folder: string;
  let fake: FakeForge;
  let env: NodeJS.ProcessEnv;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "dokomodo-forge-"));
    const event = join(folder, "event.json");
    writeFileSync(event, JSON.stringify({ pull_request: { number: 12 } }));
    fake = FORGES[name]();
    const address = await fake.start();
    env =
      name === "GitHub"
        ? {
            GITHUB_ACTIONS: "true",
            GITHUB_API_URL: address,
            GITHUB_REPOSITORY: "ops/nodes",
            GITHUB_EVENT_PATH: event,
            GITHUB_TOKEN: "the token",
          }
        : {
            GITLAB_CI: "true",
            CI_API_V4_URL: `${address}/api`,
            CI_PROJECT_ID: "7",
            CI_MERGE_REQUEST_IID: "12",
            GITLAB_TOKEN: "the token",
          };
  });
  afterEach(() => {
    fake.stop();
    rmSync(folder, { recursive: true });
  });
  const write = (text: string) => writeComment(forgeOf(env), MARKER, `${MARKER}\n${text}`);
  const bodies = () => fake.comments.map(({ body }) => body);

  test("is made once, and changed after that", async () => {
    fake.comments.push({ id: 1, body: "looks good" }, { id: 2, body: null });
    expect(await write("one")).toMatch(/^commented on (pull|merge) request 12 of /);
    expect(await write("two")).toMatch(/^changed the comment on (pull|merge) request 12 of /);
    expect(bodies()).toEqual(["looks good", null, `${MARKER}\ntwo`]);
  });

  test("is found behind hundreds of others", async () => {
    for (let id = 1; id <= 230; id++) fake.comments.push({ id, body: "talk" });
    await write("one");
    await write("two");
    expect(bodies().filter((body) => body?.startsWith(MARKER))).toEqual([`${MARKER}\ntwo`]);
  });

  test("is not that of a stranger with the same beginning", async () => {
    fake.comments.push({ id: 1, body: `${MARKER}\nall is well`, isForeign: true });
    await write("one");
    await write("two");
    expect(bodies()).toEqual([`${MARKER}\nall is well`, `${MARKER}\ntwo`]);
  });

  test("waits as long as it is told to, and a little while the forge is away", async () => {
    fake.failures.push({ status: 429, after: "0" }, { status: 502, after: "0" });
    await write("one");
    expect(fake.calls).toHaveLength(4);
    expect(bodies()).toEqual([`${MARKER}\none`]);
  });

  test("is given up with the forge's own words", async () => {
    env = { ...env, GITHUB_TOKEN: "another", GITLAB_TOKEN: "another" };
    await expect(write("one")).rejects.toThrow(
      /^(pull|merge) request 12 of .* cannot be commented on: GET \/.* was answered with HTTP 401: Bad credentials$/,
    );
  });

  test("needs what the job has to hand over, all of it named", () => {
    const { GITHUB_TOKEN, GITLAB_TOKEN, CI_PROJECT_ID, GITHUB_REPOSITORY, ...rest } = env;
    expect(() => forgeOf(rest)).toThrow(
      name === "GitHub" ? /needs GITHUB_TOKEN and GITHUB_REPOSITORY/ : /needs GITLAB_TOKEN and CI_PROJECT_ID/,
    );
  });
});

test("there is none outside of a job", () => {
  expect(() => forgeOf({})).toThrow("--comment works in a job of GitHub Actions or GitLab CI");
});
