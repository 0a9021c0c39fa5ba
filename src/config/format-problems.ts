import type { ConfigProblem } from './config-problem.ts';

/** All problems for people, in the order of the file; the `file:line:column` at the start is what editors jump to. */
export function formatProblems(problems: readonly ConfigProblem[]): string {
  const shown = problems.map(({ file, line, column, path, wrong, right }) => {
    const where = `${file}:${line}:${column}`;
    return [path === '' ? where : `${where}  ${path}`, `  wrong: ${wrong}`, `  right: ${right}`].join('\n');
  });
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  return `${shown.join('\n\n')}\n\n${count}; nothing was applied.\n`;
}
