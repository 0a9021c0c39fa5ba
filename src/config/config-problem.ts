import type { Path } from './path.ts';

/** One thing that is wrong with a configuration file, where, and what would be right. */
export interface ConfigProblem {
  readonly file: string;
  /** From 1; 1:1 where the problem is of the file as a whole. */
  readonly line: number;
  readonly column: number;
  /** `contracts[0].esign`; empty where the problem is of the file as a whole. */
  readonly path: string;
  readonly wrong: string;
  readonly right: string;
}

/** A problem before it is placed in the file. */
export interface Finding {
  readonly path: Path;
  /** Points at the key instead of at the value. */
  readonly atKey?: boolean;
  readonly wrong: string;
  readonly right: string;
}

/** Joins what is wrong and what would be right into the one message that a schema may carry. */
export function say(wrong: string, right: string): string {
  return `${wrong}\n${right}`;
}
