import type { IncomingMessage, ServerResponse } from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import { DockerConnection } from "../../../platforms/docker/connection";
import { type ProvideOptions, provideImages } from "../../../platforms/docker/images";
import { FakeEngine } from "./fakeEngine";

const IMAGE = "registry.example:5000/a/b:1";

let fake: FakeEngine | undefined;

afterEach(async () => {
  await fake?.[Symbol.asyncDispose]();
});

/** Lets an engine pull the image; why it cannot. `has` says whether it has the image by now. */
async function provide(
  pull: (request: IncomingMessage, response: ServerResponse) => void,
  { has = () => true, ...options }: Partial<ProvideOptions> & { readonly has?: () => boolean } = {},
): Promise<string | undefined> {
  let isAsked = false;
  fake = await FakeEngine.start((request, response) => {
    if (request.method === "POST") {
      isAsked = true;
      pull(request, response);
      return;
    }
    expect(request.url).toBe(`/images/${encodeURIComponent(IMAGE)}/json`);
    if (isAsked && has()) response.end('{"Id":"sha256:0"}');
    else response.writeHead(404).end(`{"message":"No such image: ${IMAGE}"}`);
  });
  const connection = await DockerConnection.open(fake.endpoint);
  try {
    return (await provideImages(connection, [IMAGE], { logins: [], ...options })).get(IMAGE);
  } finally {
    connection.close();
  }
}

const line = (part: object) => `${JSON.stringify(part)}\r\n`;
const downloading = (current: number) =>
  line({ id: "layer", status: "Downloading", progressDetail: { current, total: 10 } });

describe("a pull", () => {
  test("is called with the image and the login of its registry, and tells its progress", async () => {
    const seen: unknown[] = [];
    const logins = [{ server: "registry.example:5000", username: "operator", password: "canary" }];
    const onProgress: ProvideOptions["onProgress"] = (...told) => seen.push(told);
    let header: string | string[] | undefined;
    const failure = await provide(
      (request, response) => {
        const { pathname, searchParams } = new URL(request.url ?? "", "http://docker");
        expect([pathname, Object.fromEntries(searchParams)]).toEqual([
          "/images/create",
          { fromImage: IMAGE },
        ]);
        header = request.headers["x-registry-auth"];
        const [first, second] = [downloading(2), downloading(7)];
        response.write(`${first}\r\n${second.slice(0, 9)}`, () => response.end(second.slice(9).trimEnd()));
      },
      { logins, onProgress },
    );
    expect(failure).toBeUndefined();
    expect(JSON.parse(Buffer.from(String(header), "base64url").toString())).toEqual({
      server: "registry.example:5000",
      serveraddress: "registry.example:5000",
      username: "operator",
      password: "canary",
    });
    expect(seen).toEqual([
      [IMAGE, 2, 10],
      [IMAGE, 7, 10],
    ]);
  });

  test("carries no login where none is stated", async () => {
    let headers: object = {};
    await provide((request, response) => {
      headers = request.headers;
      response.end();
    });
    expect(headers).not.toHaveProperty("x-registry-auth");
  });

  test.each<[string, (response: ServerResponse) => void, RegExp]>([
    [
      "ends without the image",
      (response) => response.end(downloading(2)),
      /^the download from registry\.example:5000 broke off\. Try again/,
    ],
    [
      "is cut off",
      (response) => response.write(downloading(2), () => response.destroy()),
      /^the connection to its Docker Engine broke off \(aborted\)\. Is the engine up\? Its log on the host says more \(journalctl -u docker\)\.$/,
    ],
    ["is refused", (response) => response.writeHead(500).end('{"message":"disk"}'), /^disk\.$/],
    [
      "has no room for a file whose name has a word of another failure",
      (response) => response.end(line({ error: "write /etc/ssl/certificates: no space left on device" })),
      /disk of the host is full/,
    ],
    ["fails later", (response) => response.end(line({ error: "no space left" })), /disk of the host is full/],
    ["is no JSON", (response) => response.end("<html>\n"), /JSON/],
    ["has a line without an end", (response) => response.end("x".repeat(2_000_000)), /without an end/],
    [
      "goes silent",
      (response) => response.write(downloading(2)),
      /does not answer the host's Docker Engine \(no word for 0\.2 s\)/,
    ],
  ])("fails where it %s", async (what, answer, why) => {
    const has = () => false;
    // The others must not look silent on a busy machine.
    const silenceSeconds = what === "goes silent" ? 0.2 : 20;
    expect(await provide((_request, response) => answer(response), { has, silenceSeconds })).toMatch(why);
  });
});
