import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { dokomodo } from "./run";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "dokomodo-hosts-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Runs `dokomodo hosts` in a project whose only stack has this config. */
function hosts(config: string, ...args: readonly string[]) {
  writeFileSync(join(directory, "Pulumi.east.yaml"), `config:\n${config}`);
  return dokomodo(["hosts", ...args], "", { cwd: directory });
}

const ALPHA = "    - { name: alpha, docker: unix:///nowhere/docker.sock }\n";

describe("dokomodo hosts", () => {
  test("looks at the Docker hosts although the cluster's settings are wrong, and tells of these last", () => {
    const { status, stdout, stderr } = hosts(
      `  dokomodo:kubernetes: { publish: always }\n  dokomodo:hosts:\n${ALPHA}`,
    );
    expect(status).toBe(1);
    expect(stdout).toMatch(/│ alpha │ unix:\/\/\/nowhere\/docker\.sock │ does not answer, see below │/);
    expect(stderr.trimEnd().split("\n")).toEqual([
      expect.stringMatching(
        /^host alpha \(unix:\S+\): its Docker Engine cannot be reached: there is no socket/,
      ),
      expect.stringMatching(
        /^Pulumi\.east\.yaml:2:35: config\.dokomodo:kubernetes\.publish must be "none" or /,
      ),
      "1 problem; the hosts that this concerns were not looked at.",
    ]);
  });

  test("tells of the mistakes alone if no host can be looked at", () => {
    const { status, stdout, stderr } = hosts(
      `  dokomodo:ssh: { knownHost: known_hosts }\n  dokomodo:hosts:\n${ALPHA}`,
    );
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toBe(
      'Pulumi.east.yaml:2:19: unknown key "knownHost" in config.dokomodo:ssh; did you mean "knownHosts"?\n' +
        "1 problem; no host was looked at.\n",
    );
  });
});

describe("dokomodo hosts forget", () => {
  test("changes nothing if the host's own line has a mistake, because it may answer", () => {
    const { status, stderr } = hosts(
      `  dokomodo:hosts:\n    - { name: alpha, docker: 5 }\n`,
      "forget",
      "alpha",
    );
    expect(status).toBe(1);
    expect(stderr).toContain("Pulumi.east.yaml:3:30: config.dokomodo:hosts[0].docker must be");
    expect(stderr).toContain("1 problem; nothing was changed.");
  });
});
