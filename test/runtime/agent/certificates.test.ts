import { afterEach, expect, test } from "vitest";
import { agentStatus, formatStatus } from "../../../dev/status";
import { certificateWarnings, daysLeft } from "../../../runtime/agent/certificates";
import { until } from "../processes";
import { credentials, NotaryUnderTest } from "./notaryUnderTest";

const DAY = 86_400_000;
let notary: NotaryUnderTest | undefined;
afterEach(async () => {
  await notary?.end();
  notary = undefined;
});

test("days are whole ones, and fewer than 60 of them are a warning", () => {
  const now = Date.parse("2030-01-01T00:00:00Z");
  const ends = {
    "east-beer": "2030-03-02T00:00:00Z",
    "east-kmd": "2030-03-01T23:59:59Z",
    "east-ltc": "2029-12-31T23:00:00Z",
  };
  const days = daysLeft(ends, now);
  expect(days).toEqual({ "east-beer": 60, "east-kmd": 59, "east-ltc": -1 });
  expect(certificateWarnings(days)).toEqual([
    "the certificate of east-kmd ends in 59 days; `pulumi up` renews it",
    "the certificate of east-ltc has ended, so its links do not work; `pulumi up` renews it",
  ]);
});

test("the status and the log tell the days of the plan's certificates; a notary is healthy with few", async () => {
  const it = await NotaryUnderTest.prepare([{ symbol: "KMD" }]);
  notary = it;
  const { plan } = it;
  if (plan === undefined) throw new Error("no plan");
  const secrets = { passphrase: "canary", coins: { KMD: credentials("KMD") } };
  const inDays = (days: number) => new Date(Date.now() + (days + 0.5) * DAY).toISOString();
  it.write({ ...plan, certificates: { "east-iguana": inDays(900), "east-kmd": inDays(30) } }, secrets);
  it.startAgent();
  await until(() => it.isHealthy());
  const status = await it.status();
  expect(status.certificates).toEqual({ "east-iguana": 900, "east-kmd": 30 });
  const warning = "the certificate of east-kmd ends in 30 days; `pulumi up` renews it";
  expect(it.output).toContain(`WARNING: ${warning}\n`);
  const shown = formatStatus("east", agentStatus.parse(status));
  expect(shown.split("\n").at(-1)).toBe(`Warning: ${warning}`);
  it.write({ ...plan, certificates: { "east-kmd": "soon" } }, secrets);
  expect((await it.command("healthz")).output).toContain("certificates.east-kmd must be a time");
});
