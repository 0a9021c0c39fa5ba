/**
 * `npm run cost -- --deals-per-month 50`: what a month of Stagepost costs at AWS, from counting what real work on the
 * embedded hub asks AWS for. Loopback only, in memory, no `.env`, ends by itself. Progress goes to standard error, the
 * bill to standard output, its last line as JSON.
 */
import { cpus } from 'node:os';
import { sayProblem } from '../../src/local/say-problem.ts';
import { costArguments } from './arguments.ts';
import { measureAll } from './measure-all.ts';
import { printBill } from './print-bill.ts';

const say = (line: string) => process.stderr.write(`${(performance.now() / 1000).toFixed(0).padStart(4)} s  ${line}\n`);

async function main(): Promise<void> {
  const wanted = costArguments(process.argv.slice(2));
  const measured = await measureAll(say);
  const machine = {
    date: new Date().toISOString().slice(0, 10),
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    processors: cpus().length,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    seconds: Math.round(performance.now() / 1000),
  };
  printBill(wanted, measured, machine, (line) => process.stdout.write(`${line}\n`));
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(sayProblem(error));
    process.exit(1);
  },
);
