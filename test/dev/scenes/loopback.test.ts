import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { Loopback } from "../../../dev/scenes/Loopback";

test("asks for the container's process again as long as it is told one that has ended", async () => {
  const ended = spawn("true");
  await once(ended, "exit");
  let asked = 0;
  const loopback = new Loopback(async () => {
    asked += 1;
    return ended.pid ?? 0;
  });
  for (const times of [1, 2, 3]) {
    await expect(loopback.call({ port: 1, text: "" })).rejects.toThrow("the container does not run");
    expect(asked).toBe(times);
  }
});
