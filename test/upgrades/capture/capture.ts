/**
 * Writes what this version stores and sends, as fixtures for all later ones: plays everything that a deal can go through
 * on the embedded hub and keeps the fewest items and messages that together have every field. Run once per release:
 *   node src/cli/preflight.mjs test/upgrades/capture/capture.ts
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kindOf, type RawItem } from '../wire-item.ts';
import { type CaptureStand, startCaptureStand } from './capture-stand.ts';
import { chooseFew } from './choose.ts';
import { printed } from './printed.ts';
import { SCENES } from './scenes.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures', import.meta.url));

async function main(): Promise<void> {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  const folder = join(FIXTURES, version);
  if (existsSync(folder)) {
    throw new Error(
      `The fixtures of ${version} are there already and are never written again. If ${version} was never released, delete test/upgrades/fixtures/${version} first.`,
    );
  }
  const stand = await startCaptureStand();
  try {
    for (const [name, play] of SCENES) {
      const startedAtMs = Date.now();
      await play(stand);
      console.log(`played: ${name} (${((Date.now() - startedAtMs) / 1000).toFixed(1)} s)`);
    }
    await write(stand, folder);
  } finally {
    await stand.stop();
  }
}

async function write(stand: CaptureStand, folder: string): Promise<void> {
  const { traffic, snapshots } = stand;
  const save = (name: string, value: unknown) => {
    const file = join(folder, `${name}.json`);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, `${printed(value)}\n`);
    console.log(`written: ${name}`);
  };

  // What other programs than the functions wrote (the configuration, a person's actions) is in the table only.
  const items = groupedBy([...traffic.writes, ...(await stand.table())], kindOf);
  for (const [kind, all] of items) {
    // Snapshots refer to the configuration by its number.
    if (kind === 'CONFIG/V') {
      save(`items/${fileNameOf(kind)}`, [...new Map(all.map((item) => [item.sk, item])).values()]);
      continue;
    }
    const chosen = groupedBy(all, subKind);
    save(
      `items/${fileNameOf(kind)}`,
      [...chosen.values()].flatMap((some) => chooseFew(some, withoutKey)),
    );
  }
  for (const [name, snapshot] of snapshots) save(`snapshots/${name}`, snapshot);

  const events = traffic.events.map(({ Source, DetailType, Detail }) => ({
    Source,
    DetailType,
    Detail: JSON.parse(Detail),
  }));
  save(
    'events',
    [...groupedBy(events, ({ DetailType }) => DetailType).values()].flatMap((some) => chooseFew(some)),
  );

  const became = groupedBy(
    traffic.writes.filter(({ sk }) => sk.startsWith('SIGNAL#')),
    ({ d }) => String(fieldOf(d, 'deliveryId')),
  );
  const messages = traffic.messages.map(({ queue, body: text }) => {
    const body: unknown = JSON.parse(text);
    // A partner event is recorded under the id that EventBridge gave it.
    const signals = became.get(String(fieldOf(body, 'deliveryId') ?? fieldOf(body, 'id'))) ?? [];
    return { queue, body, ...(signals.length === 0 ? {} : { became: signals.map(({ d }) => fieldOf(d, 'signal')) }) };
  });
  const kinds = groupedBy(messages, ({ queue, body }) => `${familyOf(queue)}/${messageKind(body)}`);
  for (const [kind, some] of kinds)
    save(
      `messages/${fileNameOf(kind)}`,
      chooseFew(some, ({ body, became: made = [] }) => [
        body,
        whatItTells(body),
        made.map((each) => fieldOf(each, 'kind')),
      ]),
    );

  const quarantined = [...traffic.files].filter(([key]) => key.startsWith('quarantine/'));
  const texts = quarantined.map(([key, bytes]) => ({
    key: key.replace(/[^/]+(?=\.json)/, '<id>'),
    text: shortened(new TextDecoder().decode(bytes)),
  }));
  save(
    'files',
    chooseFew(texts, ({ key, text }) => ({ key, content: JSON.parse(text) as unknown })),
  );
}

/** Kinds of one key that are written by different code. */
function subKind({ pk, sk, d }: RawItem): string {
  if (sk.startsWith('SIGNAL#')) return String(fieldOf(fieldOf(d, 'signal'), 'kind'));
  if (sk.startsWith('WRITE#')) return sk.split('#')[1]?.split('/')[0] ?? '';
  if (pk.startsWith('CLAIM#')) return pk.split('#')[1] ?? '';
  return '';
}

function withoutKey({ pk: _, sk: __, lp, ls: ___, ...rest }: RawItem): unknown {
  // Which list it is on counts, where in the list does not.
  return {
    ...rest,
    list: String(lp ?? 'none')
      .split('#')
      .slice(0, 2)
      .join(' '),
  };
}

function familyOf(queue: string): string {
  return /^inbox/.test(queue) ? queue : 'worker';
}

function messageKind(body: unknown): string {
  const kind = fieldOf(body, 'kind');
  if (kind === 'delivery') return `delivery-${String(fieldOf(body, 'provider'))}`;
  if (kind === 'signals') return `signals-${String(fieldOf(body, 'source'))}`;
  if (typeof kind === 'string') return kind;
  if (fieldOf(body, 'detail') !== undefined) return fieldOf(body, 'source') === 'stagepost' ? 'event' : 'partner-event';
  return fieldOf(body, 'record') === undefined ? 'look-at-deal' : 'look-at-record';
}

/** What a provider's body is about, without all that it says. */
function whatItTells(body: unknown): unknown {
  const base64 = fieldOf(body, 'bodyBase64');
  if (typeof base64 !== 'string') return [];
  const text = Buffer.from(base64, 'base64').toString();
  return [...text.matchAll(/"(?:subscriptionType|propertyName|event)":"([^"]+)"/g)].map(([, type]) => ({ type }));
}

/** Long bodies are what made a file of it; one that is cut to a thousand characters is read by the same code. */
function shortened(text: string): string {
  return text.replace(/[A-Za-z0-9+/]{2000,}={0,2}/g, (long) => long.slice(0, 1000));
}

function fileNameOf(kind: string): string {
  return kind.toLowerCase().replace(/[^a-z0-9]+/g, '-');
}

function groupedBy<T>(values: readonly T[], keyOf: (value: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value]);
  return groups;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
