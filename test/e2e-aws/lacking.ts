/** What this machine lacks, so that the emulator cannot run here: not a failure of what is tested. */
export class Lacking extends Error {
  readonly what: string;

  constructor(what: string, sentence: string) {
    super(sentence);
    this.what = what;
  }
}
