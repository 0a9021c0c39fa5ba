import type { Finding } from './config-problem.ts';
import { suggest } from './did-you-mean.ts';
import type { Path } from './path.ts';
import type { ProviderSettings } from './provider-settings.ts';
import type { Located, Parts } from './read-parts.ts';
import { twice } from './twice.ts';

/** What the parts say of each other: connections, pipelines, names. */
export function checkReferences(parts: Parts, providers: readonly ProviderSettings[]): readonly Finding[] {
  return [
    ...connectionRoles(parts, providers),
    ...sameAccount(parts, providers),
    ...pipelinesTwice(parts),
    ...pipelineConditions(parts),
    ...stagesToAdvanceTo(parts),
    ...namesTwice(parts.contracts, 'contract'),
    ...namesTwice(parts.plays, 'play'),
  ];
}

function connectionRoles(parts: Parts, providers: readonly ProviderSettings[]): readonly Finding[] {
  const rolesOf = new Map(providers.map((each) => [each.provider, each.role]));
  const check = (id: string | undefined, wanted: 'crm' | 'esign', path: Path): readonly Finding[] => {
    if (id === undefined) return [];
    const roleOf = (name: string) => rolesOf.get(parts.connections.get(name)?.provider ?? '');
    const fitting = [...parts.connections.keys()].filter((name) => roleOf(name) === wanted);
    const kind = wanted === 'crm' ? 'a CRM connection' : 'an e-sign connection';
    if (!parts.connections.has(id)) {
      const right = suggest(id, fitting, fitting.length === 0 ? `add ${kind} under "connections"` : 'write one of');
      return [{ path, wrong: `there is no connection "${id}"`, right }];
    }
    const role = roleOf(id);
    if (role === undefined || role === wanted) return [];
    const right = fitting.length === 0 ? `add ${kind} under "connections"` : `write one of: ${fitting.join(', ')}`;
    return [{ path, wrong: `the connection "${id}" is not ${kind}`, right }];
  };
  return [
    ...parts.pipelines.flatMap(({ path, value }) => check(value.connection, 'crm', [...path, 'connection'])),
    ...parts.contracts.flatMap(({ path, value }) => check(value.esign, 'esign', [...path, 'esign'])),
  ];
}

/** The signed body of a webhook names the account; it must lead to one connection. */
function sameAccount(parts: Parts, providers: readonly ProviderSettings[]): readonly Finding[] {
  const seen = new Map<string, string>();
  const findings: Finding[] = [];
  for (const [id, block] of parts.connections) {
    const provider = providers.find((each) => each.provider === block.provider);
    const settings = provider?.settings.safeParse(block.settings);
    if (provider === undefined || settings?.success !== true) continue;
    const account = `${provider.provider} ${provider.accountIdOf(settings.data as Record<string, unknown>)}`;
    const other = seen.get(account);
    if (other === undefined) {
      seen.set(account, id);
      continue;
    }
    const wrong = `"${other}" and "${id}" are the same account (${account})`;
    findings.push({ path: ['connections', id, 'settings'], wrong, right: 'keep one connection per account' });
  }
  return findings;
}

function pipelinesTwice(parts: Parts): readonly Finding[] {
  return twice(parts.pipelines, ({ connection, id }) =>
    connection === undefined || id === undefined ? undefined : `${connection} ${id}`,
  ).map(({ path, value }) => ({
    path: [...path, 'id'],
    wrong: `pipeline ${value.id} of "${value.connection}" is mapped twice`,
    right: 'put all stages of a pipeline into one block',
  }));
}

function pipelineConditions(parts: Parts): readonly Finding[] {
  const known = knownPipelines(parts);
  if (known === undefined) return [];
  const check = (ids: readonly (string | undefined)[] | undefined, path: Path): readonly Finding[] =>
    (ids ?? []).flatMap((id, index) => {
      if (id === undefined || known.includes(id)) return [];
      const right = suggest(id, known, 'write one of the ids under "pipelines"');
      return [{ path: [...path, 'pipelines', index], wrong: `pipeline ${id} is not under "pipelines"`, right }];
    });
  return [
    ...parts.contracts.flatMap(({ path, value }) => [
      ...check(value.when?.pipelines, [...path, 'when']),
      ...value.documents.flatMap((each, index) => check(each.when?.pipelines, [...path, 'documents', index, 'when'])),
    ]),
    ...parts.plays.flatMap(({ path, value }) => [
      ...check(value.when?.pipelines, [...path, 'when']),
      ...value.tasks.flatMap((each, index) => check(each.when?.pipelines, [...path, 'tasks', index, 'when'])),
    ]),
  ];
}

/** Undefined while some pipeline has no readable id: what seems to be missing may stand there. */
function knownPipelines(parts: Parts): readonly string[] | undefined {
  const ids = parts.pipelines.map((each) => each.value.id).filter((id) => id !== undefined);
  return ids.length === parts.pipelines.length && ids.length > 0 ? ids : undefined;
}

function stagesToAdvanceTo(parts: Parts): readonly Finding[] {
  const known = knownPipelines(parts);
  if (known === undefined) return [];
  return parts.contracts.flatMap(({ path, value }) => {
    const to = value.afterSigning?.advanceTo;
    if (to === undefined) return [];
    const at = [...path, 'afterSigning', 'advanceTo'];
    const pipelines = parts.pipelines.map((each) => each.value);
    const inPipeline = pipelines.filter((each) => to.pipeline === undefined || each.id === to.pipeline);
    if (inPipeline.length === 0) {
      const right = suggest(to.pipeline ?? '', known, 'write one of the ids under "pipelines"');
      return [{ path: [...at, 'pipeline'], wrong: `pipeline ${to.pipeline} is not under "pipelines"`, right }];
    }
    if (inPipeline.some((each) => Object.hasOwn(each.stages, to.stage))) return [];
    const where = to.pipeline === undefined ? 'any pipeline' : `pipeline ${to.pipeline}`;
    const mapped = inPipeline.flatMap((each) =>
      Object.entries(each.stages).map(([id, stage]) => `${id} (${String(stage)})`),
    );
    const wrong = `stage ${to.stage} is not mapped in ${where}`;
    return [
      { path: [...at, 'stage'], wrong, right: `map it under "pipelines", or write one of: ${mapped.join(', ')}` },
    ];
  });
}

function namesTwice(
  list: readonly Located<{ readonly name?: string | undefined }>[],
  what: string,
): readonly Finding[] {
  return twice(list, (each) => each.name).map(({ path, value }) => ({
    path: [...path, 'name'],
    wrong: `there are two ${what}s named "${value.name}"`,
    right: 'give each its own name',
  }));
}
