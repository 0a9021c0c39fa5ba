/** In a process that the bench started: says that it is ready, answers questions, and ends when the bench ends. */
export function answerParent<Question>(
  ready: unknown,
  answer: (question: Question) => Promise<unknown>,
  end: () => Promise<void>,
): void {
  process.on('message', (question) => {
    answer(question as Question).then(
      (value) => tell(value ?? null),
      (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
        process.exit(1);
      },
    );
  });
  process.on('disconnect', () => {
    end().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  });
  tell(ready);
}

/** Nobody listens any more when the bench was stopped meanwhile; then this process is about to end too. */
function tell(message: unknown): void {
  if (process.connected) process.send?.(message);
}
