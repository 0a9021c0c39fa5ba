/** Something that keeps the local hub from starting and that a person can mend: said in two lines, without a stack. */
export class StartProblem extends Error {
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.name = 'StartProblem';
    this.remedy = remedy;
  }
}
