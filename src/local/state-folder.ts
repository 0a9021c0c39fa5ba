import { access, constants, mkdir } from 'node:fs/promises';
import { StartProblem } from './start-problem.ts';

/** Makes the state folder and proves that it can be written. StartProblem says what to do when it cannot. */
export async function prepareStateFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'error';
    throw new StartProblem(
      `The state folder ${folder} cannot be written (${code}).`,
      'Give yourself write permission there, or choose another folder: STAGEPOST_STATE=/some/folder npm start',
    );
  }
}
