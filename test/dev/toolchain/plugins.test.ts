import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { pluginsOfStacks, usualPlugins } from "../../../dev/toolchain/plugins";
import { scratch } from "./scratch";

const DOCKER_HOST = "{ name: shore, docker: unix:///var/run/docker.sock }";

describe("the plugins that a project's stacks need", () => {
  test.each([
    ["a stack on Docker", `dokomodo:hosts: [${DOCKER_HOST}]`, usualPlugins],
    [
      "a stack on Docker with one host of a cluster",
      `dokomodo:hosts: [${DOCKER_HOST}, { name: sea, platform: kubernetes }]`,
      ["docker", "kubernetes", "random", "tls"],
    ],
    [
      "a stack on Kubernetes with one Docker host",
      `dokomodo:platform: kubernetes\n  dokomodo:hosts: [{ name: sea }, { name: shore, platform: docker }]`,
      ["docker", "kubernetes", "random", "tls"],
    ],
    ["a stack whose hosts make no sense", "dokomodo:hosts: [null, 3]", usualPlugins],
  ])("of %s", async (_, config, plugins) => {
    const project = await scratch();
    await writeFile(join(project, "Pulumi.east.yaml"), `config:\n  ${config}\n`);
    expect(await pluginsOfStacks(project)).toEqual(plugins);
  });
});
