import type { CoreV1Event, V1Container, V1PodCondition } from "@kubernetes/client-node";
import { describe, expect, test } from "vitest";
import { describeRefusal, judgeStart, type Seen } from "../../../platforms/kubernetes/verdict";
import {
  ago,
  event,
  held,
  NOW,
  type PodCase,
  podOf,
  ready,
  running,
  SET,
  seen,
  unschedulable,
} from "./seenPods";

const SCALE_UP = "pod triggered scale-up";

test("a set that somebody scaled to 0 is left so, and is not waited for", () => {
  const stopped = { ...SET, spec: { ...Object({ replicas: 0 }) } };
  expect(judgeStart({ set: stopped, events: [] }, NOW)).toEqual({
    kind: "started",
    warning: "somebody stopped it, and it was left so. `npx dokomodo start` starts it",
  });
});

describe("a start that has not begun yet", () => {
  test.each<[string, Seen, string]>([
    ["a set that is not there", { events: [] }, "the cluster has not looked at it yet"],
    [
      "a set whose change no controller has seen",
      { set: { ...SET, status: { ...SET.status, observedGeneration: 2 } }, pod: podOf({}), events: [] },
      "the cluster has not looked at it yet",
    ],
    ["a set without its pod", { set: SET, events: [] }, "its pod is being made"],
    [
      "a pod that ends",
      seen({ daemon: running(500), metadata: { deletionTimestamp: ago(5) } }),
      "its earlier pod is ending",
    ],
    [
      "a pod of the revision before",
      seen({ metadata: { labels: { "controller-revision-hash": "east-kmd-1" } } }),
      "its earlier pod is to be ended",
    ],
    [
      "a pod that ends badly, and is of the revision before",
      seen({
        daemon: held("ImagePullBackOff"),
        metadata: { labels: { "controller-revision-hash": "east-kmd-1" } },
      }),
      "its earlier pod is to be ended",
    ],
    ["a pod without containers", seen({}), "its containers are being made"],
    ["a container that is made", seen({ daemon: held("ContainerCreating") }), "daemon: ContainerCreating"],
    [
      "a daemon behind a proxy that is still to start",
      seen({ proxy: held("PodInitializing"), daemon: held("PodInitializing") }),
      "proxy: PodInitializing, daemon: PodInitializing",
    ],
    [
      "a daemon that ended once",
      seen({
        daemon: { state: { terminated: { exitCode: 1 } }, restartCount: 0 },
      }),
      "its containers are being made",
    ],
  ])("is waited for: %s", (_, what, why) => {
    expect(judgeStart(what, NOW)).toEqual({ kind: "waiting", why });
  });
});

describe("a pod's start", () => {
  test.each<[string, PodCase, string]>([
    [
      "an image that cannot be pulled",
      { daemon: held("ErrImagePull", "no such host") },
      "container daemon, image daemon:dev: ErrImagePull: no such host",
    ],
    [
      "a proxy whose image cannot be pulled",
      { proxy: held("ImagePullBackOff"), daemon: held("PodInitializing") },
      "container proxy, image proxy:dev: ImagePullBackOff",
    ],
    [
      "a container that cannot be made",
      { daemon: held("CreateContainerConfigError", "runAsNonRoot and image will run as root") },
      "container daemon, image daemon:dev: CreateContainerConfigError: runAsNonRoot and image will run as root",
    ],
    [
      "a daemon that ends again and again, with its last words",
      {
        daemon: {
          ...held("CrashLoopBackOff", "back-off 10s"),
          restartCount: 2,
          lastState: { terminated: { exitCode: 1, reason: "Error", message: "Error: no such flag\n" } },
        },
      },
      "container daemon ended with 1, 2 times: Error: no such flag",
    ],
    [
      "a daemon that says nothing at its end",
      {
        daemon: {
          ...held("CrashLoopBackOff"),
          restartCount: 1,
          lastState: { terminated: { exitCode: 137, message: " \n" } },
        },
      },
      "container daemon ended with 137, 1 times",
    ],
    [
      "a daemon that needs more memory",
      {
        daemon: {
          ...held("CrashLoopBackOff"),
          restartCount: 3,
          lastState: { terminated: { exitCode: 137, reason: "OOMKilled" } },
        },
      },
      "container daemon took more memory than it may (OOMKilled), 3 times",
    ],
    [
      "all that is wrong at once",
      { proxy: held("ErrImageNeverPull"), daemon: held("InvalidImageName") },
      "container proxy, image proxy:dev: ErrImageNeverPull; container daemon, image daemon:dev: InvalidImageName",
    ],
  ])("has failed at once: %s", (_, pod, why) => {
    expect(judgeStart(seen({ age: 1, ...pod }), NOW)).toEqual({ kind: "failed", why });
  });

  test("has not failed when a container restarts without a back-off", () => {
    const lastState = { terminated: { exitCode: 1 } };
    const daemon = { ...running(2), restartCount: 1, lastState };
    const expected = { kind: "waiting", why: "it takes no calls yet", quietSeconds: 2 };
    expect(judgeStart(seen({ daemon }), NOW)).toEqual(expected);
  });
});

describe("a pod that fits on no node", () => {
  const { message } = unschedulable;

  test.each<[string, number, readonly CoreV1Event[], string, string]>([
    ["waits a while", 29, [], "waiting", message],
    ["has failed after that", 30, [], "failed", message],
    [
      "waits for nodes that are on their way",
      600,
      [event("TriggeredScaleUp", SCALE_UP, 500, "Normal")],
      "waiting",
      message,
    ],
    [
      "does not wait for nodes of an earlier pod of its name",
      40,
      [event("TriggeredScaleUp", SCALE_UP, 500, "Normal")],
      "failed",
      message,
    ],
    [
      "tells of its volume, too",
      40,
      [event("ProvisioningFailed", "no space in the pool", 20)],
      "failed",
      `${message}; no space in the pool`,
    ],
  ])("%s", (_, age, events, kind, why) => {
    expect(judgeStart(seen({ age, conditions: [unschedulable] }, events), NOW)).toEqual({ kind, why });
  });
});

describe("a pod whose volumes do not come", () => {
  const creating = held("ContainerCreating");
  const mount = event("FailedMount", 'secret "east-kmd-1" not found', 5);

  test.each(["FailedMount", "FailedAttachVolume", "ProvisioningFailed", "FailedBinding"])(
    "waits a while, and has failed after that: %s",
    (reason) => {
      const told = [event(reason, "the volume is elsewhere", 5)];
      const judge = (age: number) => judgeStart(seen({ age, daemon: creating }, told), NOW);
      expect(judge(20)).toEqual({ kind: "waiting", why: "the volume is elsewhere" });
      expect(judge(40)).toEqual({ kind: "failed", why: "the volume is elsewhere" });
    },
  );

  test("tells the newest reason", () => {
    const events = [event("FailedMount", "first", 25), mount, event("FailedMount", "second", 15)];
    expect(judgeStart(seen({ age: 60, daemon: creating }, events), NOW)).toEqual({
      kind: "failed",
      why: mount.message,
    });
  });

  test("is waited for when the kubelet of a busy node has not been told of it yet", () => {
    const late = event(
      "FailedMount",
      "failed to sync configmap cache: timed out waiting for the condition",
      5,
    );
    expect(judgeStart(seen({ age: 60, daemon: creating }, [late]), NOW)).toEqual({
      kind: "waiting",
      why: "daemon: ContainerCreating",
    });
  });

  test.each([
    ["fetches what it needs", { provision: running(50) }],
    [
      "has fetched what it needs",
      { provision: { state: { terminated: { exitCode: 0 } } }, proxy: held("PodInitializing") },
    ],
  ])("has its volumes by now if it %s", (_, containers) => {
    const pod = { age: 60, daemon: held("PodInitializing"), ...containers };
    expect(judgeStart(seen(pod, [mount]), NOW).kind).toBe("waiting");
  });

  test.each([
    ["an earlier pod's", event("FailedMount", "of the pod before", 90)],
    ["no warning", event("FailedMount", "all is well", 5, "Normal")],
    ["about something else", event("Unhealthy", "Readiness probe failed", 5)],
  ])("is not recognised by an event that is %s", (_, told) => {
    expect(judgeStart(seen({ age: 60, daemon: creating }, [told]), NOW)).toEqual({
      kind: "waiting",
      why: "daemon: ContainerCreating",
    });
  });

  test("has no problem any more when it runs", () => {
    const pod = { age: 60, daemon: running(10), conditions: [ready] };
    expect(judgeStart(seen(pod, [mount]), NOW)).toEqual({ kind: "started" });
  });
});

describe("a pod that the cluster refuses to make", () => {
  const quota = "pods is forbidden: exceeded quota: small";

  test("is refused with the set's reason, and with the time of the last try", () => {
    const events = [event("FailedCreate", "an earlier one", 60), event("FailedCreate", quota, 5)];
    const refused = { kind: "refused", why: quota, at: ago(5) };
    expect(judgeStart({ set: SET, events }, NOW)).toEqual(refused);
  });

  test.each([
    [5, ""],
    [90, " (90 s ago)"],
    [600, " (10 min ago)"],
  ])("is reported %i s later with the age of the refusal and with what happens next", (age, when) => {
    expect(describeRefusal({ why: quota, at: ago(age) }, NOW)).toBe(
      `${quota}${when}; the cluster tries again by itself, at least every 17 min, and when up runs again`,
    );
  });

  test("is waited for when the reason belongs to an earlier set of its name", () => {
    const events = [event("FailedCreate", quota, 101)];
    expect(judgeStart({ set: SET, events }, NOW)).toMatchObject({ kind: "waiting" });
  });

  test("is judged by its own status as soon as it exists", () => {
    const told = [event("FailedCreate", quota, 5)];
    expect(judgeStart(seen({ daemon: running(9), conditions: [ready] }, told), NOW)).toEqual({
      kind: "started",
    });
  });
});

describe("a pod that runs", () => {
  const judge = (alive: number, conditions: readonly V1PodCondition[] = []) =>
    judgeStart(seen({ age: 90, daemon: running(alive), proxy: running(alive + 1), conditions }), NOW);

  test("has started when it is ready and has lived for a moment", () => {
    expect(judge(4, [ready])).toMatchObject({ kind: "waiting" });
    expect(judge(5, [ready])).toEqual({ kind: "started" });
  });

  test("has started as soon as it is ready, if each of its containers has a probe", () => {
    const probe = { tcpSocket: { port: 7443 } };
    const provision = { name: "provision" };
    const proxy = { name: "proxy", restartPolicy: "Always", startupProbe: probe };
    const daemon = { name: "daemon", readinessProbe: probe };
    const agent = { name: "agent" };
    const judgeOf = (initContainers: V1Container[], containers: V1Container[], isReady = true) =>
      judgeStart(
        seen({
          daemon: running(1),
          proxy: running(2),
          conditions: isReady ? [ready] : [],
          spec: { initContainers, containers },
        }),
        NOW,
      ).kind;
    expect(judgeOf([provision, proxy], [daemon])).toBe("started");
    expect(judgeOf([provision, proxy], [daemon], false)).toBe("waiting");
    expect(judgeOf([provision, proxy], [daemon, agent])).toBe("waiting");
    expect(judgeOf([{ name: "proxy", restartPolicy: "Always" }], [daemon])).toBe("waiting");
  });

  test("is waited for while it accepts no calls, and then counts as started with a warning", () => {
    expect(judge(59)).toEqual({ kind: "waiting", why: "it takes no calls yet", quietSeconds: 59 });
    expect(judge(60)).toEqual({
      kind: "started",
      warning: "it runs, and takes no calls yet after 60 s",
      quietSeconds: 60,
    });
  });

  test("counts from the start of its youngest container", () => {
    const conditions = [ready];
    const pod = { age: 90, daemon: running(3), proxy: running(80), conditions };
    expect(judgeStart(seen(pod), NOW)).toMatchObject({ kind: "waiting" });
  });
});
