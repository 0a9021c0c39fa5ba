import type { Finding } from './config-problem.ts';
import { suggest } from './did-you-mean.ts';
import type { Path } from './path.ts';
import type { ProviderSettings } from './provider-settings.ts';
import type { Parts } from './read-parts.ts';

/** What must fit in `syncedWith:`: two CRM connections, each in one pair only, and pipelines that are mapped. */
export function checkSync(parts: Parts, providers: readonly ProviderSettings[]): readonly Finding[] {
  const crms = new Set(providers.filter(({ role }) => role === 'crm').map(({ provider }) => provider));
  const names = [...parts.connections].filter(([, { provider }]) => crms.has(provider ?? '')).map(([id]) => id);
  const paired = new Map<string, string>();

  return [...parts.connections].flatMap(([id, { syncedWith }]): readonly Finding[] => {
    if (syncedWith === undefined) return [];
    const path: Path = ['connections', id, 'syncedWith'];
    const { connection, leads, pipelines } = syncedWith;
    const others = names.filter((name) => name !== id);
    return [
      ...partner(id, connection, others, path),
      ...leader(id, connection, leads, path),
      ...carefulLeader(id, connection, leads, parts, path),
      ...onceOnly([id, connection], paired, path),
      ...unmapped(id, pipelines, parts, path),
    ];
  });
}

function partner(
  id: string,
  connection: string | undefined,
  others: readonly string[],
  path: Path,
): readonly Finding[] {
  if (connection === undefined || others.includes(connection)) return [];
  const at = [...path, 'connection'];
  if (connection === id) {
    return [{ path: at, wrong: 'a connection is not synced with itself', right: 'name the other CRM connection' }];
  }
  const right = suggest(connection, others, others.length === 0 ? 'add the other CRM connection' : 'write one of');
  return [{ path: at, wrong: `there is no CRM connection "${connection}"`, right }];
}

function leader(id: string, connection: string | undefined, leads: string | undefined, path: Path): readonly Finding[] {
  if (connection === undefined || leads === undefined || leads === id || leads === connection) return [];
  const wrong = `"${leads}" is neither of the two connections`;
  return [{ path: [...path, 'leads'], wrong, right: `write ${id} or ${connection}` }];
}

const MODES: readonly string[] = ['observe', 'rehearse', 'live'];

/** What leads decides how far everything goes: a leader that only observes would stop the deals of the other one. */
function carefulLeader(
  id: string,
  connection: string | undefined,
  leads: string | undefined,
  parts: Parts,
  path: Path,
): readonly Finding[] {
  const leader = leads ?? connection;
  const other = leader === id ? connection : id;
  if (leader === undefined || other === undefined) return [];
  const modeOf = (name: string) => parts.connections.get(name)?.mode ?? 'observe';
  if (MODES.indexOf(modeOf(leader)) >= MODES.indexOf(modeOf(other))) return [];
  const wrong = `"${leader}" leads and is in mode ${modeOf(leader)}, so that deals of "${other}" (mode ${modeOf(other)}) would stop`;
  const right = `let "${other}" lead (leads: ${other}) until "${leader}" goes as far, or give both the same mode`;
  return [{ path, wrong, right }];
}

/** With a third one in it, nobody could say which record leads. */
function onceOnly(pair: readonly (string | undefined)[], paired: Map<string, string>, path: Path): readonly Finding[] {
  const findings: Finding[] = [];
  for (const name of pair) {
    if (name === undefined || pair[0] === pair[1]) continue;
    const before = paired.get(name);
    if (before !== undefined) {
      const wrong = `"${name}" is already one of the pair that "${before}" declares`;
      findings.push({ path, wrong, right: 'let each connection be in one pair, declared at one of the two' });
    }
    paired.set(name, String(pair[0]));
  }
  return findings;
}

function unmapped(
  id: string,
  pipelines: readonly (string | undefined)[],
  parts: Parts,
  path: Path,
): readonly Finding[] {
  const mapped = parts.pipelines.flatMap(({ value }) => (value.connection === id ? [value.id] : []));
  if (mapped.includes(undefined)) return [];
  const known = mapped.filter((each) => each !== undefined);
  return pipelines.flatMap((pipeline, index) => {
    if (pipeline === undefined || known.includes(pipeline)) return [];
    const wrong = `pipeline ${pipeline} of "${id}" is not under "pipelines"`;
    return [
      {
        path: [...path, 'pipelines', index],
        wrong,
        right: suggest(pipeline, known, known.length === 0 ? 'map it there' : 'write one of'),
      },
    ];
  });
}
