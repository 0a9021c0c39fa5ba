/** Something a person can mend: told in words, without a stack. */
export class CliProblem extends Error {
  /** What to do; empty when the message says it already. */
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.name = 'CliProblem';
    this.remedy = remedy;
  }
}
