import { expect, test } from "vitest";
import { z } from "zod";
import { earlyRenewalHours } from "../../components/authority";
import { developmentStack } from "./developmentStack";
import { filesOnDocker } from "./kubernetesFiles";
import { recordStack } from "./recordGraph";

const WEEK = 7 * 24;
const YEAR = 8766;

test("certificates are renewed when they are one to two years old, and few by the `up` of one week", () => {
  const hours = Array.from({ length: 40 }, (_, i) => earlyRenewalHours(`east-chain${i}`));
  expect(Math.min(...hours)).toBeGreaterThanOrEqual(YEAR);
  expect(Math.max(...hours)).toBeLessThan(2 * YEAR);
  const weeks = new Map<number, number>();
  for (const each of hours) weeks.set(Math.floor(each / WEEK), (weeks.get(Math.floor(each / WEEK)) ?? 0) + 1);
  expect(Math.max(...weeks.values())).toBeLessThanOrEqual(6);
});

test("the agent is told when the certificate of each link ends", async () => {
  const stack = developmentStack();
  const graph = await recordStack(stack, { reveal: true });
  const leaves = graph
    .filter(({ type }) => type === "tls:index/locallySignedCert:LocallySignedCert")
    .map(({ name }) => name.replace(/-certificate$/, ""));
  const text = filesOnDocker(graph)["east-iguana-agent /run/dokomodo/agent/plan.json"] ?? "";
  const { certificates } = z
    .object({ certificates: z.record(z.string(), z.string()) })
    .parse(JSON.parse(text));
  expect(Object.keys(certificates).sort()).toEqual(leaves.sort());
});
