import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { delaysOf } from "../../../cli/running/delays";
import { observe } from "../../../cli/running/observation";
import { CONFIG, exchanged, load } from "../../config/stackFiles";
import { container, FakeOperations, seenHost } from "./scene";

const CHAINS = ["KMD", "LTC", "BEER", "PIZZA"];

test("the logs of silent daemons are read two at a time on a host, and each that waits is told", async () => {
  const loaded = load(exchanged(CONFIG, ["chains: [KMD, LTC, BEER] }", `chains: [${CHAINS.join(", ")}] }`]));
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join("\n"));
  const operations = new FakeOperations();
  const daemons = CHAINS.map((symbol) => container("alpha", `east-${symbol.toLowerCase()}`));
  operations.sight = { hosts: [seenHost("alpha")], containers: daemons };
  operations.readings = 1;
  let [reading, most] = [0, 0];
  operations.logs = async ({ workload }, _, onLine) => {
    reading += 1;
    most = Math.max(most, reading);
    await sleep(10);
    reading -= 1;
    const waits = "entrypoint: The daemon waits for its turn, for 30 minutes at most";
    onLine({ text: workload === "east-beer" ? waits : "another line", at: new Date() });
  };
  const delays = await delaysOf(await observe(loaded.value, operations), operations);
  expect([...delays.keys()].map(({ workload }) => workload)).toEqual(["east-beer"]);
  expect(most).toBe(2);
});
