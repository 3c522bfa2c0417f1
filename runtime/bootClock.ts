import { readFileSync } from "node:fs";

/**
 * A clock that nobody can set: seconds since the kernel was booted, the time it was suspended included. All
 * containers of one kernel read the same. It tells nothing across two boots, so the boot's id goes with it.
 */
export interface BootClock {
  readonly bootId: string;
  seconds(): number;
}

/** The clock of the running Linux kernel; steps of 10 ms. */
export function kernelClock(): BootClock {
  return {
    bootId: readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim(),
    // Not performance.now(), which stands still while the machine is suspended and others go on.
    seconds: () => Number(readFileSync("/proc/uptime", "utf8").split(" ", 1)[0]),
  };
}
