import type { HubConfig, Play, SyncPolicy } from '../../src/domain/policies.ts';
import { testConfig, testPlay, testPolicy } from '../fakes/test-config.ts';

const MINUTE_MS = 60_000;

/** Both CRMs have the same stages under other pipelines; a contract of either advances its own CRM. */
export function twinConfig(
  ids: { readonly lead: string; readonly follow: string },
  sync: Partial<SyncPolicy> = {},
  early: 'negotiation' | 'solutioning' | undefined = undefined,
  approval: 'none' | 'hub' = 'none',
): HubConfig {
  const base = testConfig();
  const crm = { role: 'crm', mode: 'live', effectsFromMs: 0, settings: {} } as const;
  const stages = base.pipelines[0]?.stages ?? {};
  const policy = (name: string, pipelineId: string) =>
    testPolicy({ name, when: { pipelines: [pipelineId] }, approval, advanceTo: { stageId: 's7', pipelineId } });
  return {
    ...base,
    connections: [
      { id: ids.lead, provider: 'lead-provider', ...crm },
      {
        ...{ id: ids.follow, provider: 'follow-provider', ...crm },
        syncedWith: { connectionId: ids.lead, leading: ids.lead, graceMs: 15 * MINUTE_MS, ...sync },
      },
      ...base.connections.filter(({ role }) => role === 'esign'),
    ],
    pipelines: [
      { connectionId: ids.lead, pipelineId: 'opportunities', stages },
      { connectionId: ids.follow, pipelineId: 'main', stages },
    ],
    contracts: [policy('lead', 'opportunities'), policy('follow', 'main')],
    plays: [...base.plays, ...(early === undefined ? [] : [earlyPlay(early)])],
  };
}

/** A set of tasks that needs no contract, so that there is something before one is due. */
function earlyPlay(stage: 'negotiation' | 'solutioning'): Play {
  const owner = [{ dealOwner: true } as const];
  const task = { body: '', priority: 'medium', owner, dueInBusinessDays: 2, after: [] } as const;
  return testPlay({
    ...{ name: 'early', stage, needsSignedContract: false },
    tasks: [
      { key: 'scope', title: 'Agree on the scope', ...task },
      { key: 'terms', title: 'Agree on the terms', ...task },
    ],
  });
}
