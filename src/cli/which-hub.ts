import type { CommandLine } from './arguments.ts';
import { CliProblem } from './cli-problem.ts';

/**
 * Name of the deployment in AWS that is meant; undefined when it is the hub on this machine. Meant it is by `--aws`, by
 * the variable STAGEPOST_AWS=1, or by naming one. Throws CliProblem for a value that is neither yes nor no.
 */
export function deploymentOf(
  line: Pick<CommandLine, 'aws' | 'name'>,
  variables: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const { STAGEPOST_AWS: always = '', STAGEPOST_NAME: named = '' } = variables;
  if (!['', '0', '1'].includes(always)) {
    throw new CliProblem(`STAGEPOST_AWS is "${always}".`, 'Write 1 for the hub in AWS, 0 or nothing for this machine.');
  }
  if (!line.aws && line.name === undefined && always !== '1') return undefined;
  return line.name ?? (named === '' ? 'stagepost' : named);
}
