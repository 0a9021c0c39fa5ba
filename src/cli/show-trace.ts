import type { Trace } from '../console/trace.ts';
import type { CommandLine } from './arguments.ts';
import { query } from './commands.ts';
import { formatTrace } from './format-trace.ts';
import { type CommandDeps, json, type Outcome, said } from './outcome.ts';

/** What became of one delivery, down to the last effect. */
export async function showTrace(line: CommandLine, { hub, page }: CommandDeps): Promise<Outcome> {
  const id = encodeURIComponent(line.operands[0] ?? '');
  const trace = (await hub.get(`/api/deliveries/${id}/trace${query({ day: line.day })}`)) as Trace;
  return line.json ? json(trace) : said(formatTrace(trace, page));
}
