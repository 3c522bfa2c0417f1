import { createHash, randomBytes } from "node:crypto";
import { setMaxListeners } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { onTestFinished } from "vitest";
import type { Clock } from "../../../runtime/provision/clock";
import { Disk } from "../../../runtime/provision/Disk";
import type { Named } from "../../../runtime/provision/plan";
import { Reporter } from "../../../runtime/provision/Reporter";
import type { ReportLine } from "../../../runtime/provision/report";
import { type Patience, type Run, usualPatience } from "../../../runtime/provision/run";

/** A clock that goes two hundred times as fast. It notes for how long was slept. */
export class QuickClock implements Clock {
  private static readonly SPEED = 200;
  readonly slept: number[] = [];

  now(): number {
    return performance.now() * QuickClock.SPEED;
  }

  async sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    this.slept.push(milliseconds);
    await setTimeout(milliseconds / QuickClock.SPEED, undefined, { signal });
  }
}

export interface TestRun extends Run {
  readonly clock: QuickClock;
  readonly lines: ReportLine[];
  /** All that was said. */
  said(): string;
  /** Ends the run as a signal does. */
  end(): void;
}

export function testRun(disk = new Disk(), patience: Partial<Patience> = {}): TestRun {
  const clock = new QuickClock();
  const lines: ReportLine[] = [];
  const life = new AbortController();
  // Some tests have many workers in one run.
  setMaxListeners(0, life.signal);
  return {
    clock,
    disk,
    lines,
    reporter: new Reporter(clock, (line) => lines.push(line)),
    patience: { ...usualPatience, silence: 300, ...patience },
    signal: life.signal,
    said: () => lines.flatMap((line) => ("said" in line ? [line.said] : [])).join("\n"),
    end: () => life.abort(),
  };
}

/** What people know of the directories of the tests' plans. */
export const NAMED: Named = { called: "the volume beer-data", makeRoom: "Make room on the disk." };
export const GOES_ON = "Make room on the disk. The next `pulumi up` goes on with what is there.";

/** How people bring files, in the tests' plans. */
export const BY_HAND = "Bring them by hand.";

/** A directory that goes with the test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "provision-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Bytes that no compression makes smaller. */
export function someBytes(length: number): Buffer {
  return randomBytes(length);
}

/** A disk that becomes full after so many bytes, as the kernel says it. */
export class FullDisk extends Disk {
  constructor(
    private room: number,
    private readonly claimed = Number.MAX_SAFE_INTEGER,
  ) {
    super();
  }

  override async freeBytes(): Promise<number> {
    return this.claimed;
  }

  override async write(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
    this.room -= bytes.length;
    if (this.room < 0)
      throw Object.assign(new Error("ENOSPC: no space left"), { code: "ENOSPC", syscall: "write" });
    await super.write(file, bytes, position);
  }
}

/** A disk that says when a file has got so many bytes. */
export class WatchedDisk extends Disk {
  constructor(
    private readonly bytes: number,
    private readonly isReached: () => void,
  ) {
    super();
  }

  override async write(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
    await super.write(file, bytes, position);
    if (position + bytes.length === this.bytes) this.isReached();
  }
}

/** The program was killed. */
export class Killed extends Error {}

/** A disk of a program that is killed before the change after so many. */
export class MortalDisk extends Disk {
  constructor(private left: number) {
    super();
  }

  private step(): void {
    if (this.left-- <= 0) throw new Killed();
  }

  override async create(path: string, mode?: number): Promise<FileHandle> {
    this.step();
    return super.create(path, mode);
  }

  override async write(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
    this.step();
    await super.write(file, bytes, position);
  }

  override async truncate(file: FileHandle): Promise<void> {
    this.step();
    await super.truncate(file);
  }

  override async sync(path: string): Promise<void> {
    this.step();
    await super.sync(path);
  }

  override async rename(from: string, to: string): Promise<void> {
    this.step();
    await super.rename(from, to);
  }

  override async copy(from: string, to: string): Promise<void> {
    this.step();
    await super.copy(from, to);
  }

  override async remove(path: string): Promise<void> {
    this.step();
    await super.remove(path);
  }

  override async makeDirectory(path: string): Promise<void> {
    this.step();
    await super.makeDirectory(path);
  }
}
