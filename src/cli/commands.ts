import { resolve } from 'node:path';
import { formatProblems } from '../config/format-problems.ts';
import { loadConfigFile } from '../config/load-config.ts';
import type { DealRow } from '../console/deal-row.ts';
import { counted } from '../domain/wording.ts';
import type { DealItems } from '../store/deal-items.ts';
import type { DeliveryLogEntry } from '../store/delivery-log.ts';
import type { QuarantineEntry } from '../store/quarantine.ts';
import type { CommandLine } from './arguments.ts';
import { troubles } from './connections.ts';
import { dateTime } from './dates.ts';
import { amountOf, formatDeal, stageOf } from './format-deal.ts';
import { type CommandDeps, json, type Outcome, said, sentence } from './outcome.ts';
import { columns, printable, wrap } from './table.ts';

/** Deals as a list, latest change first. */
export async function showDeals(line: CommandLine, { hub, page }: CommandDeps): Promise<Outcome> {
  const answer = (await hub.get(`/api/deals${query({ stage: line.stage, limit: line.limit })}`)) as {
    readonly deals: readonly DealRow[];
  };
  if (line.json) return json(answer);
  const trouble = await troubles(hub, page);
  if (answer.deals.length === 0) {
    return said(`No deals yet. Move one in the CRM, or wait for the first webhook.\n${trouble}`);
  }
  const rows = answer.deals.map((row) => [
    row.dealId,
    row.name ?? '',
    stageOf(row),
    row.sinceMs === undefined ? '' : dateTime(row.sinceMs, page.timeZone),
    amountOf(row),
  ]);
  return said(`${columns(['DEAL', 'NAME', 'STAGE', 'SINCE', 'AMOUNT'], rows)}${trouble}`);
}

/** One deal with its history. */
export async function showDeal(line: CommandLine, { hub, page }: CommandDeps): Promise<Outcome> {
  const items = (await hub.get(`/api/deals/${encodeURIComponent(line.operands[0] ?? '')}`)) as DealItems;
  return line.json ? json(items) : said(formatDeal(items, page));
}

/** Webhooks that came in. */
export async function showDeliveries(line: CommandLine, { hub, page }: CommandDeps): Promise<Outcome> {
  const answer = (await hub.get(`/api/deliveries${query({ day: line.day, limit: line.limit })}`)) as {
    readonly days: readonly string[];
    readonly deliveries: readonly DeliveryLogEntry[];
  };
  if (line.json) return json(answer);
  const trouble = await troubles(hub, page);
  if (answer.deliveries.length === 0) return said(`No deliveries on ${answer.days.join(' and ')} (UTC).\n${trouble}`);
  const rows = answer.deliveries.map((each) => [
    each.deliveryId,
    dateTime(each.receivedAtMs, page.timeZone),
    each.connectionId,
    each.provider,
    each.reads === undefined ? String(each.signals) : `${each.signals} and ${each.reads} to read`,
    each.rejects === 0 ? '-' : String(each.rejects),
    Object.entries(each.ignored)
      .map(([kind, count]) => `${count} ${kind}`)
      .join(', ') || '-',
    each.dealIds.join(' '),
  ]);
  const head = ['DELIVERY', 'RECEIVED', 'CONNECTION', 'FROM', 'FACTS', 'QUARANTINED', 'NOT OURS', 'DEALS'];
  return said(`${columns(head, rows)}${trouble}`);
}

/** What could not be understood, with its reason and how to go on. */
export async function showQuarantine(line: CommandLine, { hub, page }: CommandDeps): Promise<Outcome> {
  const answer = (await hub.get(`/api/quarantine${query({ all: line.all ? '1' : undefined })}`)) as {
    readonly days: number;
    readonly entries: readonly QuarantineEntry[];
  };
  if (line.json) return json(answer);
  if (answer.entries.length === 0) return said(`Nothing in quarantine (last ${answer.days} days).\n`);
  const blocks = answer.entries.map((each) => {
    const resolved =
      each.resolvedAtMs === undefined
        ? []
        : [`  replayed by ${each.resolvedBy ?? 'somebody'}, ${dateTime(each.resolvedAtMs, page.timeZone)}`];
    const gone =
      each.bodyGone === undefined
        ? []
        : [
            each.bodyGone === 'removed'
              ? '  its body was removed on request: nothing to replay'
              : '  its body was kept for 30 days and is gone: nothing to replay',
          ];
    return [
      `${each.id}  ${dateTime(each.atMs, page.timeZone)}  ${each.connectionId}  ${each.code}`,
      ...wrap(each.sentence, Math.max(20, page.width - 2)).map((text) => `  ${text}`),
      ...resolved,
      ...gone,
    ]
      .map((text) => `${printable(text)}\n`)
      .join('');
  });
  return said(`${blocks.join('\n')}\nAfter the cause is mended: npx stagepost replay <id>\n`);
}

/** Has every worker look at a deal again. */
export async function retry(line: CommandLine, { hub }: CommandDeps): Promise<Outcome> {
  return sentence(await hub.post(`/api/deals/${encodeURIComponent(line.operands[0] ?? '')}/retry`), line);
}

/** Puts a quarantined delivery through the inbox again. */
export async function replay(line: CommandLine, { hub }: CommandDeps): Promise<Outcome> {
  return sentence(await hub.post(`/api/quarantine/${encodeURIComponent(line.operands[0] ?? '')}/replay`), line);
}

/** Checks a configuration file; needs no running hub. */
export async function checkConfig(line: CommandLine, { folder }: CommandDeps): Promise<Outcome> {
  const name = line.operands[0] ?? 'stagepost.config.yaml';
  const result = await loadConfigFile(resolve(folder, name));
  if (line.json) return { ...json(result), ok: result.ok };
  if (!result.ok) return { text: formatProblems(result.problems.map((each) => ({ ...each, file: name }))), ok: false };
  const { connections, pipelines, contracts, plays } = result.config;
  const counts = [
    `${counted(connections.length, 'connection')} (${connections.map(({ id, mode }) => `${id}: ${mode}`).join(', ')})`,
    counted(pipelines.length, 'pipeline'),
    counted(contracts.length, 'contract'),
    counted(plays.length, 'play'),
  ];
  return said(`${name} is right: ${counts.join(', ')}.\n`);
}

/** What of an address comes behind the question mark; empty where nothing is asked. */
export function query(values: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(values).filter((each): each is [string, string] => each[1] !== undefined);
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}
