import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import type { FileArgs } from "../../../platforms/platform";
import { filesOnKubernetes } from "../../components/kubernetesFiles";
import type { RecordedResource } from "../../components/recordGraph";
import { daemonOf, found, recordWorkload, specOf } from "./workload";

const daemon = daemonOf();

/** Records the graph of a workload whose containers have these files. */
function record(
  first: readonly FileArgs[],
  ...more: readonly (readonly FileArgs[])[]
): Promise<RecordedResource[]> {
  const others = more.map((files, index) => ({ ...daemon, role: `role-${index + 1}`, files }));
  return recordWorkload({ args: { containers: [{ ...daemon, files: first }, ...others] } });
}

const open = (path: string): FileArgs => ({ path, content: `text of ${path}` });
const secret = (path: string): FileArgs => ({ path, content: pulumi.secret(`secret of ${path}`) });

/** The mount of the daemon's files. */
function mountOf(graph: readonly RecordedResource[]): unknown {
  const [container] = specOf(graph, "StatefulSet").template.spec.containers;
  return container.volumeMounts.at(-1);
}

describe("the files of a workload", () => {
  test.each([
    [["/run/dokomodo/files"], "/run/dokomodo"],
    [["/run/dokomodo/files", "/run/dokomodo/home/.komodo/komodo.conf"], "/run/dokomodo"],
    [["/run/dokomodo/home/.komodo/komodo.conf", "/run/dokomodo/files"], "/run/dokomodo"],
    [["/run/dokomodo/agent/plan.json", "/run/dokomodo/agent.cjs"], "/run/dokomodo"],
    [["/run/a/one", "/run/ab/two"], "/run"],
  ])("are mounted at the deepest directory that contains all of them: %j", async (paths, mountPath) => {
    const graph = await record(paths.map(open));
    expect(mountOf(graph)).toEqual({ name: "files-daemon", mountPath, readOnly: true });
  });

  test("are found by each container at their paths, with their own contents", async () => {
    const own = [open("/run/dokomodo/files"), secret("/run/dokomodo/home/.komodo/GLEEC_OLD/GLEEC.conf")];
    const other = [open("/run/dokomodo/files"), secret("/run/dokomodo/other")];
    const files = filesOnKubernetes(await record(own, other));
    expect(files).toMatchObject({
      "east-beer /run/dokomodo/files": "text of /run/dokomodo/files",
      "east-beer /run/dokomodo/home/.komodo/GLEEC_OLD/GLEEC.conf":
        "secret of /run/dokomodo/home/.komodo/GLEEC_OLD/GLEEC.conf",
      "east-beer-role-1 /run/dokomodo/files": "text of /run/dokomodo/files",
      "east-beer-role-1 /run/dokomodo/other": "secret of /run/dokomodo/other",
    });
    expect(Object.keys(files).filter((file) => file.startsWith("east-beer /"))).toHaveLength(2);
  });

  test("have valid and different keys in their object", async () => {
    const paths = [
      "/run/a b",
      "/run/a:b",
      "/run/a/b",
      "/run/a_b",
      "/run/a__b",
      "/run/a.b",
      "/run/é",
      "/run/_e9",
    ];
    const graph = await record(paths.map(open), paths.map(open));
    const data = Object(found(graph, "ConfigMap").inputs["data"]);
    const keys = Object.keys(data).filter((key) => !key.startsWith("proxy"));
    expect(keys).toHaveLength(2 * paths.length);
    for (const key of keys) expect(key).toMatch(/^[-._a-zA-Z0-9]{1,253}$/);
  });

  test("are in a Secret when their content is secret, and else in a ConfigMap", async () => {
    const graph = await record([open("/run/open"), secret("/run/secret")]);
    expect(JSON.stringify(found(graph, "ConfigMap").inputs)).not.toContain("secret of");
    expect(Object.values(Object(found(graph, "Secret").inputs["stringData"]))).toContain(
      "secret of /run/secret",
    );
  });

  test("are never changed: other content makes another object, and the pod refers to its new name", async () => {
    const names = async (content: string) => {
      const graph = await record([{ path: "/run/open", content }]);
      for (const kind of ["Secret", "ConfigMap"]) {
        expect(found(graph, kind).inputs["immutable"]).toBe(true);
        expect(Object(found(graph, kind).inputs["metadata"])).not.toHaveProperty("name");
      }
      const { volumes } = specOf(graph, "StatefulSet").template.spec;
      return volumes.find(({ name }: { name: string }) => name === "files-daemon").projected.sources[0]
        .configMap;
    };
    const first = await names("one");
    expect(first.name).toMatch(/^east-beer-/);
    expect((await names("two")).name).not.toBe(first.name);
    expect((await names("one")).name).toBe(first.name);
  });
});
