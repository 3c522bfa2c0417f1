import * as pulumi from "@pulumi/pulumi";
import { afterEach, expect, test, vi } from "vitest";
import { DockerRun } from "../../../platforms/docker/DockerRun";
import { dockerHostSchema, dockerSettings } from "../../../platforms/docker/settings";
import { FakeEngine } from "./fakeEngine";

const GIB = 2 ** 30;

afterEach(() => {
  vi.restoreAllMocks();
});

/** What a run warns of whose engine says this about its host. */
async function warnings(info: unknown): Promise<string[]> {
  await using fake = await FakeEngine.start((request, response) => {
    const { pathname } = new URL(request.url ?? "", "http://docker");
    const answers: Record<string, unknown> = {
      "/version": { ApiVersion: "1.44" },
      "/info": info,
      "/containers/json": [],
    };
    const answer = answers[pathname];
    if (answer === undefined) response.writeHead(500).end('{"message":"no"}');
    else response.end(JSON.stringify(answer));
  });
  const warn = vi.spyOn(pulumi.log, "warn").mockResolvedValue();
  const host = dockerHostSchema.parse({ name: "alpha", platform: "docker", docker: fake.endpoint.docker });
  const workloads = [{ name: "east-kmd", limitMiB: 4096, requestMiB: 4096 }];
  const run = new DockerRun([host], dockerSettings.parse({}), {
    stackName: "east",
    development: false,
    proxyImage: "",
    nodeImage: "",
    registries: [],
    rollOutSeconds: 300,
    images: () => new Map(),
    needs: () => ({ downloads: [], volumes: [] }),
    memory: () => ({ limitMiB: 4096, requestMiB: 4096, workloads }),
    downloadPlaces: {},
  });
  const preparation = await run.prepare();
  run.close();
  expect(preparation).toEqual({ skipped: new Set(), missing: [] });
  return warn.mock.calls.map(([text]) => text);
}

test("a host with less memory than what is placed there is warned of, once", async () => {
  expect(await warnings({ MemTotal: 3 * GIB })).toEqual([
    expect.stringMatching(
      /^host alpha: .* may take 4\.0 GiB of memory, and it has 3\.0 GiB\. .* east-kmd 4\.0 GiB/,
    ),
  ]);
});

test("a host with enough memory, or one that does not say what it has, is none", async () => {
  expect(await warnings({ MemTotal: 4 * GIB })).toEqual([]);
  expect(await warnings({ MemTotal: 0 })).toEqual([]);
  expect(await warnings(undefined)).toEqual([]);
});
