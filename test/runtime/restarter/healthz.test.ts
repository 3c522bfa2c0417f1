import { totalmem } from "node:os";
import { execa } from "execa";
import { expect, test } from "vitest";
import { bundlePath } from "../../../runtime/build";

test("the restarter's health tells the values of the host, also while the engine does not answer", async () => {
  const { stdout, exitCode } = await execa(process.execPath, [bundlePath("restarter"), "healthz"], {
    reject: false,
  });
  // No restarter runs on this machine, outside of a container.
  expect(exitCode).not.toBe(0);
  const { memory, disk, cores, load } = JSON.parse(stdout);
  // The kernel's own figure is in KiB.
  expect(memory.totalBytes).toBe(totalmem());
  expect(memory.availableBytes).toBeLessThan(memory.totalBytes);
  expect(disk.freeBytes).toBeLessThan(disk.totalBytes);
  expect(cores).toBeGreaterThanOrEqual(1);
  expect(load).toBeGreaterThanOrEqual(0);
});
