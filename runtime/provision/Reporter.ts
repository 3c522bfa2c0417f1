import type { Clock } from "./clock";
import type { Progress, ReportLine } from "./report";

const PROGRESS_MILLISECONDS = 2000;

/** Writes the lines of report.ts, and of progress at most one per two seconds and thing. */
export class Reporter {
  private readonly lastProgress = new Map<string, number>();

  constructor(
    private readonly clock: Clock,
    private readonly write: (line: ReportLine) => void,
  ) {}

  say(said: string): void {
    this.write({ said });
  }

  progress(progress: Progress): void {
    const now = this.clock.now();
    const last = this.lastProgress.get(progress.what);
    if (last !== undefined && now - last < PROGRESS_MILLISECONDS) return;
    this.lastProgress.set(progress.what, now);
    this.write({ progress });
  }

  end(failed: readonly string[]): void {
    this.write(failed.length > 0 ? { failed } : { done: true });
  }
}
