/** However often the bell rings, at least this long passes between two rounds of those that wait for it. */
const FLOOR_MILLISECONDS = 200;

/** Wakes those that wait for their next round. */
export class Bell {
  private readonly waiting = new Set<() => void>();

  ring(): void {
    for (const wake of [...this.waiting]) wake();
  }

  async wait(milliseconds: number): Promise<void> {
    const floor = Math.min(FLOOR_MILLISECONDS, milliseconds);
    const started = Date.now();
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, milliseconds);
      this.waiting.add(wake);
    });
    const left = started + floor - Date.now();
    if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
  }
}
