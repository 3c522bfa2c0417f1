import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { keepMining, watchEnds } from "../../dev/scenes/clusterDaemons";
import { ClusterNotary } from "../../dev/scenes/clusterNotary";
import { ClusterStack } from "../../dev/scenes/clusterStack";
import { SYMBOLS } from "../../dev/scenes/notary";

const NOTARY = "stratus";

describe("a notary whose pods end", () => {
  let cluster: ClusterStack;
  let notary: ClusterNotary;

  beforeAll(async () => {
    cluster = await ClusterStack.create(NOTARY, "canary phrase of the stratus");
    notary = new ClusterNotary(cluster);
    await cluster.stack.up();
    await notary.untilWhole(120);
  });
  afterAll(() => cluster?.remove());

  test.each(["beer", "kmd", "ltc", "iguana"])(
    "is whole again within 60 s after the pod of %s was deleted",
    async (workload) => {
      await cluster.kubectl("delete", "pod", notary.pod(workload));
      await cluster.kubectl("wait", "--for=condition=Ready", "--timeout=60s", `pod/${notary.pod(workload)}`);
      const seconds = await notary.untilWholeAgain(60);
      console.log(`whole ${seconds.toFixed(1)} s after the pod of ${workload} was back`);
    },
  );

  test("gives the lease of its key back when Iguana's pod ends, but only after Iguana has ended", async () => {
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

  test.each([
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

  test("stops daemons under writes with exit code 0 when an update replaces them", async () => {
    const mining = keepMining(notary, ["BEER"]);
    const ends = await watchEnds(cluster);
    const { "dokomodo:daemons": daemons } = cluster.stack.config;
    const flags = ["-printtoconsole", "-maxconnections=20"];
    cluster.stack.writeConfig({
      "dokomodo:daemons": { ...Object(daemons), komodod: { ...Object(Object(daemons).komodod), flags } },
    });
    await expect.poll(() => mining.blocks.BEER, { timeout: 30_000 }).toBeGreaterThan(10);
    await cluster.stack.up();
    await mining.stop();
    expect(await ends.stop()).toEqual(expect.arrayContaining(["beer 0", "kmd 0", "pizza 0"]));
    await notary.untilWhole(60);
  });

  test("stops every daemon with exit code 0 when it is taken down under writes", async () => {
    const mining = keepMining(notary, ["BEER"]);
    const ends = await watchEnds(cluster);
    await expect.poll(() => mining.blocks.BEER, { timeout: 30_000 }).toBeGreaterThan(10);
    await cluster.stack.must("destroy", "--yes", "--skip-preview", "--stack", "test");
    await mining.stop();
    const daemons = SYMBOLS.map((symbol) => `${symbol.toLowerCase()} 0`);
    expect(await ends.stop()).toEqual(expect.arrayContaining(daemons));
  });

  /** Kills a process from inside its container. Containers of a pod share the PID namespace and may signal their own user. */
  async function kill(workload: string, container: string, command: string): Promise<void> {
    const script = `for process in /proc/[0-9]*; do
      case "$(tr '\\0' ' ' <$process/cmdline)" in "${command} "*) kill -9 \${process#/proc/} && exit 0 ;; esac
    done; exit 1`;
    await cluster.kubectl(
      ...["exec", notary.pod(workload), "--container", container, "--", "/bin/sh", "-c", script],
    );
  }
});
