import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTopology, type FunctionSpec } from '../src/topology.ts';
import { type Bundle, bundleFunction } from './bundle.ts';
import { BUNDLE_BUDGETS } from './bundle-budgets.ts';
import { kilobytes, loadBundle, overBudget } from './check-bundle.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OUTDIR = fileURLToPath(new URL('../dist', import.meta.url));

/**
 * Bundles the functions into `dist/` and holds each against its budget.
 * Answers the bundles and every problem found, as sentences; problems of one function do not hide those of another.
 */
export async function buildBundles(
  functions: readonly Pick<FunctionSpec, 'name' | 'entry'>[] = createTopology().functions,
): Promise<{ readonly bundles: readonly (Bundle & { readonly importMs: number })[]; readonly problems: string[] }> {
  const bundles: (Bundle & { importMs: number })[] = [];
  const problems: string[] = [];
  for (const spec of functions) {
    try {
      const bundle = await bundleFunction(spec, { root: ROOT, outdir: OUTDIR });
      problems.push(...overBudget(bundle, BUNDLE_BUDGETS[spec.name]));
      bundles.push({ ...bundle, importMs: await loadBundle(bundle) });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      problems.push(
        message.includes(`"${spec.name}"`) ? message : `The function "${spec.name}" does not build: ${message}`,
      );
    }
  }
  return { bundles, problems };
}

/** The size table as people read it. */
export function sizeTable(bundles: readonly (Bundle & { readonly importMs: number })[]): string {
  const rows = bundles.map(({ name, bytes, importMs, folder }) => [
    name,
    kilobytes(bytes),
    kilobytes(BUNDLE_BUDGETS[name]?.maxBytes ?? 0),
    `${importMs.toFixed(0)} ms`,
    relative(ROOT, folder),
  ]);
  const table = [['function', 'size', 'budget', 'import', 'folder'], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...table.map((row) => (row[column] ?? '').length)));
  return table
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 || column === 4 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
