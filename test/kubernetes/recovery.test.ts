import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ClusterNotary, changedPods } from "../testbed/clusterNotary";
import { ClusterStack } from "../testbed/clusterStack";
import { SYMBOLS } from "../testbed/notary";

const NOTARY = "stratus";

describe("a notary whose pods go", () => {
  let cluster: ClusterStack;
  let notary: ClusterNotary;

  beforeAll(async () => {
    cluster = await ClusterStack.create(NOTARY, "canary phrase of the stratus");
    notary = new ClusterNotary(cluster);
    await cluster.stack.up();
    await notary.untilWhole(120);
  });
  afterAll(() => cluster?.destroy());

  it.each(["beer", "kmd", "ltc", "iguana"])(
    "is whole again within 60 s after the pod of %s was deleted",
    async (workload) => {
      await cluster.kubectl("delete", "pod", notary.pod(workload));
      await cluster.kubectl("wait", "--for=condition=Ready", "--timeout=60s", `pod/${notary.pod(workload)}`);
      const seconds = await notary.untilWholeAgain(60);
      console.log(`whole ${seconds.toFixed(1)} s after the pod of ${workload} was back`);
    },
  );

  it("gives the lease of its key back when Iguana's pod ends, and not before Iguana has ended", async () => {
    const pod = notary.pod("iguana");
    const log = cluster.kubectl("logs", "--follow", pod, "--container", "agent");
    await cluster.kubectl("delete", "pod", pod);
    const lines = (await log).trim().split("\n");
    expect(lines.slice(-2)).toEqual([
      expect.stringMatching(/ Lease: will be given back when Iguana has ended$/),
      expect.stringMatching(/ Lease: given back$/),
    ]);
    await cluster.kubectl("wait", "--for=condition=Ready", "--timeout=60s", `pod/${pod}`);
    await notary.untilWholeAgain(60);
  });

  it.each([
    ["beer", "daemon", "komodod"],
    ["beer", "proxy", "haproxy"],
    ["iguana", "iguana", "iguana"],
    ["iguana", "agent", "node"],
    ["iguana", "proxy", "haproxy"],
  ])("is whole again within 60 s after %s's %s was killed", async (workload, container, command) => {
    const started = () => notary.containers().then((all) => all[`${notary.pod(workload)}/${container}`]);
    const before = await started();
    await kill(workload, container, command);
    await expect.poll(started, { timeout: 60_000 }).not.toBe(before);
    const seconds = await notary.untilWholeAgain(60);
    console.log(`whole ${seconds.toFixed(1)} s after ${workload}'s ${container} was back`);
  });

  it.skipIf(process.env["DOKOMODO_TEST_CLUSTER"])(
    "goes on, and restarts nothing, while the kubelet restarts",
    async () => {
      const before = await notary.containers();
      await cluster.cluster.own?.restartKubelet();
      await notary.untilWholeAgain(60);
      expect(changedPods(before, await notary.containers())).toEqual([]);
    },
  );

  it("stops daemons under writes with exit code 0 when an update replaces them", async () => {
    const writing = mineWithoutPause();
    const ends = await watchEnds();
    const { "dokomodo:daemons": daemons } = cluster.stack.config;
    const flags = ["-printtoconsole", "-maxconnections=20"];
    cluster.stack.writeConfig({
      "dokomodo:daemons": { ...Object(daemons), komodod: { ...Object(Object(daemons).komodod), flags } },
    });
    await expect.poll(() => writing.count(), { timeout: 30_000 }).toBeGreaterThan(10);
    await cluster.stack.up();
    await writing.stop();
    expect(await ends.stop()).toEqual(expect.objectContaining({ beer: 0, kmd: 0, pizza: 0 }));
    await notary.untilWhole(60);
  });

  it("stops every daemon with exit code 0 when it is taken down under writes", async () => {
    const writing = mineWithoutPause();
    const ends = await watchEnds();
    await expect.poll(() => writing.count(), { timeout: 30_000 }).toBeGreaterThan(10);
    await cluster.stack.must("destroy", "--yes", "--skip-preview", "--stack", "test");
    await writing.stop();
    const daemons = Object.fromEntries(SYMBOLS.map((symbol) => [symbol.toLowerCase(), 0]));
    expect(await ends.stop()).toEqual(expect.objectContaining(daemons));
  });

  /** Kills a process from inside: the containers of a pod see each other's, and may signal their own user's. */
  async function kill(workload: string, container: string, command: string): Promise<void> {
    const script = `for process in /proc/[0-9]*; do
      case "$(tr '\\0' ' ' <$process/cmdline)" in "${command} "*) kill -9 \${process#/proc/} && exit 0 ;; esac
    done; exit 1`;
    await cluster.kubectl(
      ...["exec", notary.pod(workload), "--container", container, "--", "/bin/sh", "-c", script],
    );
  }

  /** Keeps BEER writing until it is told to stop; `count` is of the blocks so far. */
  function mineWithoutPause(): { stop(): Promise<void>; count(): number } {
    let running = true;
    let count = 0;
    const working = (async () => {
      // While it restarts there is nobody to ask.
      while (running) {
        count += await notary.mine("BEER").then(
          () => 1,
          () => sleep(200, 0),
        );
      }
    })();
    return {
      stop: () => {
        running = false;
        return working;
      },
      count: () => count,
    };
  }

  /** Exit codes of the daemons that end from now on, by workload. A pod that is gone tells nobody, so they are watched. */
  async function watchEnds(): Promise<{ stop(): Promise<Record<string, number>> }> {
    const { execa } = await import("execa");
    const ended = "{{.name}}={{with .state.terminated}}{{.exitCode}}{{end}}";
    const each = `go-template={{.metadata.name}}{{range .status.containerStatuses}} ${ended}{{end}}{{"\\n"}}`;
    const watching = execa(
      cluster.cluster.kubectl.program,
      ["get", "pods", "--watch", "--namespace", cluster.namespace, "--output", each],
      { env: { KUBECONFIG: cluster.cluster.kubeconfig }, reject: false },
    );
    // It begins with what is there.
    await new Promise((resolve) => watching.stdout.once("data", resolve));
    return {
      stop: async () => {
        await sleep(2000);
        watching.kill();
        const { stdout } = await watching;
        const lines = [...stdout.matchAll(/^\S+?-(\w+)-0 .*\bdaemon=(\d+)/gm)];
        return Object.fromEntries(lines.map(([, workload = "", code]) => [workload, Number(code)]));
      },
    };
  }
});
