/** What was thrown, as a sentence for the person at the terminal. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Every problem that was thrown together, each as a text of its own. */
export function problemsOf(error: unknown): readonly string[] {
  return error instanceof AggregateError ? error.errors.map(messageOf) : [messageOf(error)];
}
