/** A place in a file that a person wrote; line and column count from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One thing that is wrong in what a person wrote. */
export interface Problem {
  /** What was found, what is allowed and, where it is not plain, what to do. */
  readonly message: string;
  readonly position?: Position | undefined;
}

/** Thrown where a program cannot go on: all that is wrong, at once. */
export class ProblemsError extends Error {
  override readonly name = "ProblemsError";

  /** `outcome` ends the message: what did not happen. */
  constructor(
    readonly problems: readonly Problem[],
    outcome?: string,
  ) {
    super(formatProblems(problems, outcome));
  }
}

/**
 * One line per problem, by position (`assetchains.yaml:12:5: message`), those without a position last, and a line
 * that says how many there are.
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
