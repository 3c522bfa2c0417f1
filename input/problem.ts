/** A place in a file that a person wrote. Line and column count from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One mistake in what a person wrote. */
export interface Problem {
  /** Says what was found, what is allowed and, if that is not obvious, what to do. */
  readonly message: string;
  /** Absent if there is no file that has the mistake. */
  readonly position?: Position | undefined;
}

/** Thrown when a program cannot go on. It tells all problems at once, so that a person can correct all of them. */
export class ProblemsError extends Error {
  override readonly name = "ProblemsError";

  /** @param outcome ends the message and says what was not done; `nothing was deployed` if absent */
  constructor(
    readonly problems: readonly Problem[],
    outcome?: string,
  ) {
    super(formatProblems(problems, outcome));
  }
}

/**
 * One line for each problem (`assetchains.yaml:12:5: message`), sorted by position. Problems without a position come
 * last. The final line says how many problems there are, and the outcome.
 */
export function formatProblems(problems: readonly Problem[], outcome = "nothing was deployed"): string {
  const lines = [...problems].sort(byPosition).map(({ message, position }) => {
    return position ? `${position.file}:${position.line}:${position.column}: ${message}` : message;
  });
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return [...lines, `${count}; ${outcome}.`].join("\n");
}

function byPosition({ position: left }: Problem, { position: right }: Problem): number {
  if (!left || !right) {
    return Number(!left) - Number(!right);
  }
  if (left.file !== right.file) {
    return left.file < right.file ? -1 : 1;
  }
  return left.line - right.line || left.column - right.column;
}
