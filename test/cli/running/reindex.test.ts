import { describe, expect, test } from "vitest";
import { findChain } from "../../../cli/running/chainTarget";
import { partsOf } from "../../../cli/running/parts";
import { leaveOnceWord } from "../../../cli/running/reindex";
import { type ExecAnswer, FakeOperations, healthySight, twoHosts } from "./scene";

function target(name: string) {
  const stack = twoHosts();
  return findChain(name, stack, partsOf(stack), {});
}

async function leave(operations: FakeOperations, seconds = 5): Promise<readonly string[]> {
  const said: string[] = [];
  const { signal } = new AbortController();
  await leaveOnceWord(target("BEER"), "-reindex", operations, {
    signal,
    tell: (text) => said.push(text),
    seconds,
  });
  return said;
}

function answering(...answers: readonly ExecAnswer[]) {
  const operations = new FakeOperations();
  const asked: string[] = [];
  operations.onExec = (workload, command) => {
    asked.push(`${workload} ${command.slice(3).join(" ")}`);
    return answers[asked.length - 1];
  };
  return { operations, asked };
}

describe("the word for one start", () => {
  test("is left in the daemon's own container", async () => {
    const { operations, asked } = answering({ code: 0 });
    expect(await leave(operations)).toEqual([]);
    expect(asked).toEqual(["east-beer sh -reindex"]);
  });

  test("is left as soon as a container that ends again and again runs for a moment", async () => {
    const ended = new Error("the container is not running");
    const { operations, asked } = answering(ended, ended, { code: 0 });
    expect((await leave(operations))[0]).toBe("BEER: waits for a moment in which its container runs, 0 s");
    expect(asked).toHaveLength(3);
  });

  test("is not waited for without an end", async () => {
    const { operations } = answering(new Error("the container is not running"));
    await expect(leave(operations, 0)).rejects.toThrow(
      "BEER: nothing was changed. In 0 s no command ran: the container is not running",
    );
  });

  test.each([
    [{ code: 3 }, /its container is of an earlier release .* Run `pulumi up`/],
    [{ code: 2, errors: "No space left on device" }, /cannot be written to.*: No space left on device/],
  ])("is refused at once: %j", async (answer, message) => {
    const { operations, asked } = answering(answer);
    await expect(leave(operations)).rejects.toThrow(message);
    expect(asked).toHaveLength(1);
  });

  test("is not left for what was stopped", async () => {
    const { operations, asked } = answering({ code: 0 });
    const { hosts, containers } = healthySight();
    operations.sight = {
      hosts,
      containers: containers.map((each) =>
        each.workload === "east-beer" ? { ...each, state: "stopped" } : each,
      ),
    };
    await expect(leave(operations)).rejects.toThrow("BEER is stopped; run `dokomodo start BEER` first");
    expect(asked).toEqual([]);
  });
});

test("only a chain's daemon is found", () => {
  expect(target("east/BEER").container).toEqual({ host: "beta", workload: "east-beer" });
  for (const name of ["iguana", "BEER:proxy"])
    expect(() => target(name)).toThrow(`${name} is not a chain's daemon; name a chain by its symbol`);
});
