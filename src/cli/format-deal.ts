import { type DealRow, dealRow, type FollowerRow } from '../console/deal-row.ts';
import { type TimelineRow, timelineOf } from '../console/timeline.ts';
import type { DealItems } from '../store/deal-items.ts';
import { dateTime, day, timeWithSeconds } from './dates.ts';
import { printable, wrap } from './table.ts';
import { waitingOf } from './waiting.ts';

const KIND_WIDTH = 10;
/** `14:05:09  write-back  `: where the words begin. */
const INDENT = 10 + KIND_WIDTH + 2;

export interface Page {
  readonly timeZone: string;
  /** Columns of the terminal. */
  readonly width: number;
}

/** A deal for the terminal: what it is, what it waits for, and its whole history in words. */
export function formatDeal(items: DealItems, page: Page): string {
  if (items.deal === undefined) return 'This deal has no record.\n';
  const head = summary(dealRow(items.deal), page);
  const waiting = waitingOf(items).flatMap(({ what, sentence, remedy, sinceMs }) => [
    ...indented(`! ${what}, since ${dateTime(sinceMs, page.timeZone)}: ${sentence}`, 2, page.width),
    ...indented(`to do: ${remedy}`, 4, page.width),
  ]);
  const lines = waiting.length === 0 ? [] : ['Waiting', ...waiting, ''];
  return [...head, '', ...lines, ...formatTimeline(timelineOf(items), page), ''].join('\n');
}

/** Rows under the days on which they happened. */
export function formatTimeline(rows: readonly TimelineRow[], page: Page): readonly string[] {
  let lastDay = '';
  return rows.flatMap((row) => {
    const today = day(row.atMs, page.timeZone);
    const heading = today === lastDay ? [] : lastDay === '' ? [today] : ['', today];
    lastDay = today;
    const [first = '', ...more] = wrap(row.text, Math.max(20, page.width - INDENT));
    const notes = row.note === undefined ? [] : wrap(`(${row.note})`, Math.max(20, page.width - INDENT));
    const start = `${timeWithSeconds(row.atMs, page.timeZone)}  ${row.kind.padEnd(KIND_WIDTH)}  `;
    return [...heading, start + first, ...[...more, ...notes].map((line) => ' '.repeat(INDENT) + line)];
  });
}

/** `120,000.00 EUR`; empty when the CRM gave no amount. */
export function amountOf({ amount, currency }: Pick<DealRow, 'amount' | 'currency'>): string {
  if (amount === undefined) return '';
  const value = Number(amount);
  const text = Number.isFinite(value)
    ? new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(value)
    : amount;
  return currency === undefined ? text : `${text} ${currency}`;
}

/** `procurement`, with what is not usual about it. */
export function stageOf(row: Pick<DealRow, 'stage' | 'isDeleted' | 'isDisputed'>): string {
  const more = [row.isDeleted ? 'deleted in the CRM' : '', row.isDisputed ? 'being checked' : ''].filter(Boolean);
  return more.length === 0 ? row.stage : `${row.stage} (${more.join(', ')})`;
}

function summary(row: DealRow, { timeZone }: Page): readonly string[] {
  const since = row.sinceMs === undefined ? '' : ` since ${dateTime(row.sinceMs, timeZone)}`;
  const amount = amountOf(row);
  return [
    printable(row.name === undefined ? row.dealId : `${row.name}  [${row.dealId}]`),
    `  stage: ${stageOf(row)}${since}`,
    ...(amount === '' ? [] : [`  amount: ${printable(amount)}`]),
    ...(row.url === undefined ? [] : [`  CRM: ${printable(row.url)}`]),
    ...(row.followers ?? []).map((follower) => `  also: ${followerText(follower, timeZone)}`),
    ...(row.partOf === undefined ? [] : [`  is a part of another deal: npx stagepost deal ${printable(row.partOf)}`]),
  ];
}

/** `hubspot-main 42: negotiation since ..., does not agree and does not count`. */
function followerText({ connectionId, recordId, stage, sinceMs, agrees }: FollowerRow, timeZone: string): string {
  const since = sinceMs === undefined ? '' : ` since ${dateTime(sinceMs, timeZone)}`;
  const words = stage === undefined ? 'nothing known of its stage' : `${stage}${since}`;
  return printable(`${connectionId} ${recordId}: ${words}${agrees ? '' : '; does not agree, and does not count'}`);
}

function indented(text: string, indent: number, width: number): readonly string[] {
  return wrap(text, Math.max(20, width - indent - 2)).map(
    (line, index) => ' '.repeat(index === 0 ? indent : indent + 2) + line,
  );
}
