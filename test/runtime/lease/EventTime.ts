interface Event {
  readonly at: number;
  readonly happen: () => void;
}

/** A time, in seconds, that passes by events alone. */
export class EventTime {
  private seconds = 0;
  private begun = 0;
  private readonly events: Event[] = [];

  get now(): number {
    return this.seconds;
  }

  at(at: number, happen: () => void): void {
    this.events.push({ at, happen });
  }

  /** Begins something so many seconds after what was begun so before. */
  begin(after: number, happen: () => void): void {
    this.begun += after;
    this.at(this.begun, happen);
  }

  /** Passes to the first of the events that are left; false where none is. */
  pass(): boolean {
    const at = Math.min(...this.events.map((event) => event.at));
    const [next] = this.events.splice(
      this.events.findIndex((event) => event.at === at),
      1,
    );
    if (next === undefined) return false;
    this.seconds = next.at;
    next.happen();
    return true;
  }
}
