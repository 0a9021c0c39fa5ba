import type { ConnectionRow } from '../console/connection-row.ts';
import type { CommandLine } from './arguments.ts';
import { dateTime } from './dates.ts';
import type { Page } from './format-deal.ts';
import type { HubClient } from './hub-client.ts';
import { type CommandDeps, json, type Outcome, said } from './outcome.ts';
import { columns, printable, wrap } from './table.ts';

/** The connections: how far they go, and whether their accounts answer. */
export async function showConnections(line: CommandLine, { hub, page }: CommandDeps): Promise<Outcome> {
  const connections = await connectionsOf(hub);
  if (line.json) return json({ connections });
  const rows = connections.map(({ id, provider, mode, check, syncedWith, lastRefusal }) => [
    id,
    provider,
    mode,
    check === undefined ? 'not asked yet' : check.ok ? `yes, since ${dateTime(check.sinceMs, page.timeZone)}` : 'no',
    syncedWith ?? '',
    lastRefusal === undefined ? '' : `${dateTime(lastRefusal.atMs, page.timeZone)}: ${lastRefusal.cause}`,
  ]);
  const table = columns(['CONNECTION', 'OF', 'MODE', 'ANSWERS', 'SYNCED WITH', 'LAST WEBHOOK REFUSED'], rows);
  return said(`${table}${troubleOf(connections, page)}`);
}

/** Asked for beside every list: an empty one may be empty because the CRM does not answer. */
export async function troubles(hub: HubClient, page: Page): Promise<string> {
  return troubleOf(await connectionsOf(hub), page);
}

function troubleOf(connections: readonly ConnectionRow[], page: Page): string {
  return connections
    .flatMap(({ id, check }) => (check === undefined || check.ok ? [] : [{ id, check }]))
    .map(({ id, check }) => {
      const text = `${id} does not answer since ${dateTime(check.sinceMs, page.timeZone)}: ${check.sentence ?? check.code ?? ''}`;
      return `\n${wrap(printable(text), page.width).join('\n')}\n`;
    })
    .join('');
}

async function connectionsOf(hub: HubClient): Promise<readonly ConnectionRow[]> {
  return ((await hub.get('/api/connections')) as { readonly connections: readonly ConnectionRow[] }).connections;
}
