import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { selfSigned } from "../standIns/selfSigned";
import { GRANTED, LeaseObjectUnderTest, PLACE, RENEWED, Rival, SHORT, SILENT } from "./leaseObjectUnderTest";

test("an API server that hangs is silent when the time is over", async (context) => {
  const it = await LeaseObjectUnderTest.with(context);
  const east = it.rival("east", SHORT);
  for (const hangs of ["GET", "POST", "PUT"]) {
    it.server.fate = (method) => (method === hangs ? "ignore" : "answer");
    const before = Date.now();
    expect(await east.ask()).toEqual(SILENT);
    expect(Date.now() - before).toBeGreaterThan(SHORT * 900);
    expect(Date.now() - before).toBeLessThan(SHORT * 3000);
    if (hangs === "POST") {
      it.server.fate = () => "answer";
      expect(await east.ask()).toEqual(GRANTED);
    }
  }
});

test("that time is for all calls of a question together", async (context) => {
  const it = await LeaseObjectUnderTest.with(context);
  const east = it.rival("east", 1);
  it.server.fate = async () => {
    await sleep(700);
    return "answer" as const;
  };
  expect(await east.ask()).toEqual(SILENT);
});

test("a renewal whose answer is lost is silent, and found at the next look", async (context) => {
  const it = await LeaseObjectUnderTest.with(context);
  const east = it.rival("east", SHORT);
  it.server.fate = (method) => (method === "POST" ? "lose" : "answer");
  expect(await east.ask()).toEqual(SILENT);
  expect(it.holder).toBe("east");
  it.server.fate = () => "answer";
  expect(await east.ask()).toEqual(RENEWED);
});

test.for([500, 503, 504, 429])("HTTP %i is no answer", async (status, context) => {
  const it = await LeaseObjectUnderTest.with(context);
  const east = it.rival("east");
  it.server.fate = () => status;
  expect(await east.ask()).toEqual(SILENT);
  it.server.fate = (method) => (method === "POST" ? status : "answer");
  expect(await east.ask()).toEqual(SILENT);
});

test("nobody there is no answer, to giving back either", async (context) => {
  const it = await LeaseObjectUnderTest.with(context);
  const east = it.rival("east");
  await east.ask();
  await it.server.stop();
  expect(await east.ask()).toEqual(SILENT);
  await east.release();
  await it.server.start();
  await it.rival("east").ask();
});

test("each missing right is named", async (context) => {
  const it = await LeaseObjectUnderTest.with(context);
  const east = it.rival("east");
  const forbidden = (verb: string) => ({
    kind: "faulty",
    why: `403: the pod's service account may not ${verb} it (leases.coordination.k8s.io is forbidden: User "agent" cannot ${verb} resource)`,
  });
  const { rights } = it.server;
  rights.clear();
  expect(await east.ask()).toEqual(forbidden("get"));
  rights.add("get");
  expect(await east.ask()).toEqual(forbidden("create"));
  rights.add("create");
  expect(await east.ask()).toEqual(GRANTED);
  expect(await east.ask()).toEqual(forbidden("update"));
  rights.add("update");
  expect(await east.ask()).toEqual(RENEWED);
});

test("a namespace that does not exist is told", async (context) => {
  const it = await LeaseObjectUnderTest.with(context);
  it.server.store.namespaces.clear();
  expect(await it.rival("east").ask()).toEqual({
    kind: "faulty",
    why: '404: its namespace does not exist (namespaces "iguanas" not found)',
  });
});

test("the token is read at each call, and one that is not taken is told without it", async (context) => {
  const it = await LeaseObjectUnderTest.with(context);
  const east = it.rival("east");
  expect(await east.ask()).toEqual(GRANTED);
  it.server.token = "canary-renewed";
  expect(await east.ask()).toEqual({
    kind: "faulty",
    why: "401: the API server does not take the token of the pod's service account (Unauthorized)",
  });
  it.server.give(east.directory);
  expect(await east.ask()).toEqual(RENEWED);
});

test.for(["token", "ca.crt"])("a missing %s is told with its path", async (name, context) => {
  const it = await LeaseObjectUnderTest.with(context);
  const east = it.rival("east");
  const path = join(east.directory, name);
  rmSync(path);
  expect(await east.ask()).toEqual({
    kind: "faulty",
    why: `${path} cannot be read (ENOENT); it is in the pod's projected volume`,
  });
});

test("outside of a pod that is told", async (context) => {
  const it = await LeaseObjectUnderTest.with(context);
  expect(await new Rival({ name: "east", directory: it.rival("east").directory, env: {} }).ask()).toEqual({
    kind: "faulty",
    why: "KUBERNETES_SERVICE_HOST or KUBERNETES_SERVICE_PORT is not set; Kubernetes sets both in every pod",
  });
});

test("the token goes to no server that the cluster's authority did not certify", async (context) => {
  const it = await LeaseObjectUnderTest.with(context);
  const east = it.rival("east");
  for (const [authority, why] of [
    [(await selfSigned()).cert, /^the API server cannot be asked: .*self-signed certificate/],
    ["no certificate", /^the API server cannot be asked: /],
  ] as const) {
    writeFileSync(join(east.directory, "ca.crt"), authority);
    expect(await east.ask()).toEqual({ kind: "faulty", why: expect.stringMatching(why) });
  }
  expect(it.server.calls).toEqual([]);
});

test("a token that no header can carry does not show", async (context) => {
  const it = await LeaseObjectUnderTest.with(context);
  const east = it.rival("east");
  writeFileSync(join(east.directory, "token"), "canary\nbroken");
  const answer = await east.ask();
  expect(answer.kind).toBe("faulty");
  expect(JSON.stringify(answer)).not.toContain("canary");
});

test("an answer that is no Lease is told, and nothing is changed", async (context) => {
  const it = await LeaseObjectUnderTest.with(context);
  const east = it.rival("east");
  await east.ask();
  it.server.fate = (method) => (method === "GET" ? 200 : "answer");
  expect(await east.ask()).toEqual({ kind: "faulty", why: "the answer is not a Lease" });
  expect(it.server.calls.filter((method) => method === "PUT")).toEqual([]);
});

test("one that meets a change each time it looks says so", async (context) => {
  const it = await LeaseObjectUnderTest.with(context);
  const east = it.rival("east");
  await east.ask();
  it.server.fate = (method) => {
    if (method === "PUT") it.server.store.edit(PLACE, () => ({}));
    return "answer";
  };
  expect(await east.ask()).toEqual({
    kind: "faulty",
    why: "409: it was changed by others 3 times in a row",
  });
});
