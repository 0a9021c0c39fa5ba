/**
 * `npm run bench`: how fast the steps are, and how long the functions take to load in a fresh process.
 * Numbers mean something only beside others of the same machine, so machine and date are printed with them.
 */
import { cpus, totalmem } from 'node:os';
import { buildBundles } from '../../cdk/bundles.ts';
import { kilobytes, loadBundle } from '../../cdk/check-bundle.ts';
import { benchCases } from './cases.ts';
import { type Measurement, measure, measurementTable, summarise } from './measure.ts';

const LOADS_PER_BUNDLE = 7;

console.log(
  `${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${process.platform} ${process.arch}, ${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${(totalmem() / 1e9).toFixed(0)} GB\n`,
);

const steps: Measurement[] = [];
for (const bench of benchCases()) steps.push(await measure(bench, () => performance.now()));
console.log(measurementTable(steps));

const { bundles, problems } = await buildBundles();
const loads: Measurement[] = [];
for (const bundle of bundles) {
  const times: number[] = [];
  for (let n = 0; n < LOADS_PER_BUNDLE; n += 1) times.push(await loadBundle(bundle));
  loads.push(summarise(`load ${bundle.name} (${kilobytes(bundle.bytes)})`, times));
}
console.log(`\n${measurementTable(loads)}`);
for (const problem of problems) console.error(`\n${problem}`);
if (problems.length > 0) process.exitCode = 1;
