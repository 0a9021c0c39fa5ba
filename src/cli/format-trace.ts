import type { Trace } from '../console/trace.ts';
import type { Act } from '../console/trace-acts.ts';
import type { TraceNode, TraceOrigin } from '../console/trace-chain.ts';
import { counted } from '../domain/wording.ts';
import { dateTime, day, timeWithSeconds } from './dates.ts';
import type { Page } from './format-deal.ts';
import { printable, wrap } from './table.ts';

const KIND_WIDTH = 10;
/** `10:00:09  write-back  `: where the words begin. */
const INDENT = 10 + KIND_WIDTH + 2;
/** What followed stands so far to the right of what it followed from. */
const STEP = 2;
const LEAST_WIDTH = 20;

/** What became of a delivery, for the terminal: itself, then per deal every step, and what followed below what it followed from. */
export function formatTrace(trace: Trace, page: Page): string {
  const today = trace.delivery === undefined ? '' : day(trace.delivery.receivedAtMs, page.timeZone);
  const lines = [
    ...heading(trace, page),
    ...trace.reads.map(
      (read) =>
        `  to read: ${read.connectionId} ${read.recordId}${read.dealId === undefined ? '' : `, deal ${read.dealId}`}`,
    ),
    ...trace.quarantined.flatMap((each) =>
      indented(`! ${each.id}, ${each.code}: ${each.sentence}${resolved(each, page)}`, 2, page.width),
    ),
    ...paragraph(`${capital(trace.outcome.sentence)}.`, page),
    ...trace.outcome.stands.flatMap(({ sentence, sinceMs }) =>
      indented(`since ${dateTime(sinceMs, page.timeZone)}: ${sentence}`, 2, page.width),
    ),
    ...trace.deals.flatMap(({ chain, cameOf, name }) => [
      '',
      `Deal ${chain.dealId}${name === undefined ? '' : `, ${name}`}`,
      ...cameOf.flatMap((origin) => indented(originText(origin), 2, page.width)),
      ...nodeLines(chain, 0, { today }, page),
    ]),
  ];
  return lines.map((line) => `${printable(line).trimEnd()}\n`).join('');
}

function heading({ id, delivery }: Trace, page: Page): readonly string[] {
  if (delivery === undefined) return [`Message ${id}`];
  const { deliveryId, connectionId, provider, receivedAtMs, traceId } = delivery;
  const own = provider.startsWith('hub:') ? `, by the hub itself: ${provider.slice('hub:'.length)}` : '';
  return [
    `Delivery ${deliveryId}`,
    `  of ${connectionId}, ${dateTime(receivedAtMs, page.timeZone)}${own}`,
    ...(traceId === deliveryId ? [] : [`  trace ${traceId}`]),
  ];
}

function originText({ sentence, deliveryId, traceId }: TraceOrigin): string {
  const how =
    deliveryId === undefined
      ? traceId === undefined
        ? 'whose trace is not on record'
        : `a look of the hub, trace ${traceId}`
      : `npx stagepost trace ${deliveryId}`;
  return `comes of ${sentence} (${how})`;
}

function nodeLines(node: TraceNode, depth: number, shown: { today: string }, page: Page): readonly string[] {
  const margin = ' '.repeat(depth * STEP);
  return [
    ...(depth === 0 ? [] : indented(nodeText(node), depth * STEP, page.width)),
    ...node.steps.flatMap((step) => stepLines(step, margin, shown, page)),
    ...node.follows.flatMap((each) => nodeLines(each, depth + 1, shown, page)),
  ];
}

function nodeText({ traceId, deliveries, because }: TraceNode): string {
  const [first, ...more] = deliveries;
  const others = more.length === 0 ? '' : ` and ${counted(more.length, 'other')}`;
  const what =
    first === undefined
      ? traceId === undefined
        ? 'steps whose trace is not on record'
        : `another look, trace ${traceId}`
      : `delivery ${first.deliveryId} of ${first.connectionId}${others}`;
  return because === undefined ? `> ${what}` : `> ${what}: ${because}`;
}

function stepLines(step: Act, margin: string, shown: { today: string }, page: Page): readonly string[] {
  const today = day(step.atMs, page.timeZone);
  const heading = today === shown.today ? [] : [`${margin}${today}`];
  shown.today = today;
  const width = Math.max(LEAST_WIDTH, page.width - margin.length - INDENT);
  const text = step.note === undefined ? step.text : `${step.text} (${step.note})`;
  const [first = '', ...more] = wrap(text, width);
  const start = `${margin}${timeWithSeconds(step.atMs, page.timeZone)}  ${step.kind.padEnd(KIND_WIDTH)}  `;
  return [...heading, start + first, ...more.map((line) => margin + ' '.repeat(INDENT) + line)];
}

function resolved({ resolvedAtMs, resolvedBy }: Trace['quarantined'][number], page: Page): string {
  if (resolvedAtMs === undefined) return '';
  return ` (replayed by ${resolvedBy ?? 'somebody'}, ${dateTime(resolvedAtMs, page.timeZone)})`;
}

function paragraph(text: string, page: Page): readonly string[] {
  return ['', ...wrap(text, Math.max(LEAST_WIDTH, page.width))];
}

function indented(text: string, indent: number, width: number): readonly string[] {
  return wrap(text, Math.max(LEAST_WIDTH, width - indent - 2)).map(
    (line, index) => ' '.repeat(index === 0 ? indent : indent + 2) + line,
  );
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
