import { readFileSync } from "node:fs";

/**
 * A clock that nobody can set: seconds since the kernel was booted. It also counts while the machine is suspended. All
 * containers of one kernel read the same time. Times of two boots cannot be compared, so the boot's id goes with them.
 */
export interface BootClock {
  readonly bootId: string;
  seconds(): number;
}

/** The clock of the running Linux kernel. It has steps of 10 ms. */
export function kernelClock(): BootClock {
  return {
    bootId: readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim(),
    // performance.now() would stand still while the machine is suspended, and other machines go on.
    seconds: () => Number(readFileSync("/proc/uptime", "utf8").split(" ", 1)[0]),
  };
}
