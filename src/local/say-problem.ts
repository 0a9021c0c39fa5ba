import { isHubError } from '../domain/errors.ts';
import { StartProblem } from './start-problem.ts';

/** What a person needs to know about why it did not start; a stack only for defects of our own. */
export function sayProblem(error: unknown): string {
  if (error instanceof StartProblem) return `\n${error.message}\n${error.remedy}\n`;
  if (isHubError(error)) return `\n${error.message}\n`;
  return `\nStagepost stopped because of a defect of its own. Please report this:\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`;
}
