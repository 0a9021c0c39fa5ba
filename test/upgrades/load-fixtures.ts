import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Signal } from '../../src/domain/signals.ts';
import type { Snapshot } from './snapshot.ts';
import type { RawItem } from './wire-item.ts';

const FIXTURES = fileURLToPath(new URL('./fixtures', import.meta.url));

export interface FixtureMessage {
  readonly queue: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** The signals that the version stored because of it; absent when it stored none, or others had brought them before. */
  readonly became?: readonly Signal[];
}

export interface FixtureEvent {
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: Readonly<Record<string, unknown>>;
}

/** What one version stored and sent. */
export interface Fixtures {
  readonly version: string;
  /** By the name of their file, e.g. `deal-contract`. */
  readonly items: ReadonlyMap<string, readonly RawItem[]>;
  readonly messages: ReadonlyMap<string, readonly FixtureMessage[]>;
  readonly snapshots: ReadonlyMap<string, Snapshot>;
  readonly events: readonly FixtureEvent[];
  /** Files in the bucket that hold more than a provider's document. */
  readonly files: readonly { readonly key: string; readonly text: string }[];
  /** The configuration that was in force in all snapshots. */
  readonly config: RawItem;
}

function read(...path: string[]): unknown {
  return JSON.parse(readFileSync(join(FIXTURES, ...path), 'utf8'));
}

function folder<T>(version: string, name: string): ReadonlyMap<string, T> {
  const files = readdirSync(join(FIXTURES, version, name)).sort();
  return new Map(files.map((file) => [file.replace(/\.json$/, ''), read(version, name, file) as T]));
}

function load(version: string): Fixtures {
  const items = folder<readonly RawItem[]>(version, 'items');
  const config = items.get('config-v')?.find(({ sk }) => sk === 'V#000001');
  if (config === undefined) throw new Error(`${version} has no configuration`);
  return {
    version,
    items,
    messages: folder(version, 'messages'),
    snapshots: folder(version, 'snapshots'),
    events: read(version, 'events.json') as Fixtures['events'],
    files: read(version, 'files.json') as Fixtures['files'],
    config,
  };
}

/** Every version of which there are fixtures. */
export const FIXTURE_VERSIONS: readonly Fixtures[] = readdirSync(FIXTURES).sort().map(load);

export function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
