/** What an error says. Code may throw anything, so a value that is no error is shown as it is. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
