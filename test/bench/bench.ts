/**
 * `npm run bench`: what the hub does per second and per event, each figure beside the least that the same machine can
 * do, measured in the same run. Progress and the table go to standard error, one JSON line per figure to standard
 * output, a summary last. Stays on loopback, reads no `.env`, and ends by itself.
 */
import { cpus, totalmem } from 'node:os';
import { acceptFigures, type Load, wholeFigures } from './accept/accept-figures.ts';
import { memoryFigures } from './accept/memory-figures.ts';
import { bundleFigures } from './bundle/bundle-figures.ts';
import { startChild } from './child.ts';
import { type Figure, figureLine, figureTable } from './figure.ts';
import { costFigures } from './flow/cost-figures.ts';
import { recordFigures } from './flow/record-figure.ts';
import { sentFigures } from './flow/sent-figure.ts';

const began = performance.now();
const say = (line: string) => process.stderr.write(`${line}\n`);
const step = (what: string) => say(`  ${((performance.now() - began) / 1000).toFixed(0).padStart(3)} s  ${what}`);

const machine = {
  date: new Date().toISOString().slice(0, 10),
  node: process.versions.node,
  platform: `${process.platform} ${process.arch}`,
  processors: cpus().length,
  processor: cpus()[0]?.model.trim() ?? 'unknown',
  memoryGb: Math.round(totalmem() / 1e9),
};
say(`${machine.date}, Node ${machine.node}, ${machine.platform}, ${machine.processors} x ${machine.processor}`);

const load: Load = await startChild<string>('./accept/make-load.ts');
const parts: readonly (readonly [what: string, measure: () => Promise<readonly Figure[]>])[] = [
  ['accepting webhooks', () => acceptFigures(load, step)],
  ['accepting webhooks with everything on', () => wholeFigures(load)],
  ['memory', () => memoryFigures(load)],
  ['recording deliveries', recordFigures],
  ['from a stage change to an envelope', sentFigures],
  ['costs per event', costFigures],
  ['bundles', bundleFigures],
];
/** `npm run bench -- record` runs the parts whose name has the word in it. */
const wanted = process.argv[2];
const figures: Figure[] = [];
/** What could not be measured does not cost the rest of the run. */
const failed: string[] = [];
try {
  for (const [what, measure] of parts) {
    if (wanted !== undefined && !what.includes(wanted)) continue;
    step(what);
    try {
      figures.push(...(await measure()));
    } catch (error) {
      failed.push(what);
      say(`  not measured: ${what}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
} finally {
  await load.stop();
}

const seconds = Math.round((performance.now() - began) / 1000);
say(`\n${figureTable(figures)}\n`);
for (const figure of figures) console.log(figureLine(figure));
const missed = figures.filter(({ meetsAim }) => meetsAim === false).map(({ figure }) => figure);
console.log(JSON.stringify({ summary: 'bench', ...machine, seconds, figures: figures.length, missed, failed }));
if (failed.length > 0) process.exitCode = 1;
