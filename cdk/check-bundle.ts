import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Bundle } from './bundle.ts';
import type { BundleBudget } from './bundle-budgets.ts';

/** What is wrong with a bundle, one sentence each; empty when it keeps its budget. */
export function overBudget(bundle: Bundle, budget: BundleBudget | undefined): readonly string[] {
  if (budget === undefined) return [`${bundle.name} has no budget; give it one in cdk/bundle-budgets.ts.`];
  const problems: string[] = [];
  if (bundle.bytes > budget.maxBytes) {
    problems.push(
      `${bundle.name} weighs ${kilobytes(bundle.bytes)}, its budget is ${kilobytes(budget.maxBytes)}. See dist/${bundle.name}/meta.json for what went in.`,
    );
  }
  for (const forbidden of budget.mustNotContain) {
    const found = bundle.packages.filter((name) =>
      forbidden.endsWith('/') ? name.startsWith(forbidden) : name === forbidden,
    );
    for (const name of found) {
      problems.push(`${bundle.name} contains ${name}, which has no place in it. Find the import that brings it in.`);
    }
  }
  return problems;
}

/** Kilobytes of 1000 bytes, one decimal. */
export function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} KB`;
}

const LOAD_TIMEOUT_MS = 30_000;

/**
 * Loads a bundle in a fresh process, as Lambda does, and answers how long the import took in milliseconds.
 * Throws when it does not load or does not export a handler: a bundle can build and still miss a module at run time.
 */
export async function loadBundle(bundle: Bundle): Promise<number> {
  const url = pathToFileURL(join(bundle.folder, 'index.mjs')).href;
  const script = `const t=performance.now();const m=await import(${JSON.stringify(url)});process.stdout.write(JSON.stringify({ms:performance.now()-t,handler:typeof m.handler}))`;
  const environment = { ...process.env };
  // With this name set the function would build its parts, and ask for variables that only a deployment has.
  delete environment.AWS_LAMBDA_FUNCTION_NAME;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    env: environment,
    timeout: LOAD_TIMEOUT_MS,
  }).catch((error: Error & { stderr?: string }) => {
    const lines = (error.stderr ?? error.message).trim().split('\n');
    const reason = lines.find((line) => /^\w*Error\b/.test(line)) ?? lines[0] ?? 'no reason given';
    throw new Error(`The bundle of "${bundle.name}" does not load: ${reason}`, { cause: error });
  });
  const { ms, handler } = JSON.parse(stdout) as { ms: number; handler: string };
  if (handler !== 'function') {
    throw new Error(`The bundle of "${bundle.name}" exports no handler; its entry has to export const handler.`);
  }
  return ms;
}
