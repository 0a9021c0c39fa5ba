import type { Contract } from './contract.ts';
import type { Deal, RecordedTransition } from './deal.ts';
import type { DealContact, DealFacts } from './deal-facts.ts';
import type { Plan } from './plan.ts';
import type { ConnectionPolicy, ContractPolicy, HubConfig, Play, TaskTemplate } from './policies.ts';
import type { StageTransition } from './signals.ts';
import type { Stage } from './stages.ts';

/** Parts for tests of the domain: one company, one HubSpot portal, one DocuSign account. */

/** 3 May 2026, 10:00 in Berlin, a Sunday. */
export const MAY_3 = Date.UTC(2026, 4, 3, 8);
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

export const STAGE_IDS: Readonly<Record<string, Stage>> = {
  s1: 'prospecting',
  s2: 'qualification',
  s3: 'solutioning',
  s4: 'demonstration',
  s5: 'negotiation',
  s6: 'procurement',
  s6b: 'procurement',
  s7: 'implementation',
  s8: 'management',
  s9: 'expansion',
  s10: 'lost',
};

export function policy(change: Partial<ContractPolicy> = {}): ContractPolicy {
  return {
    name: 'standard',
    when: {},
    esignConnectionId: 'docusign',
    subject: 'Agreement for {{deal.name}}',
    message: 'Please sign.',
    documents: [{ name: 'Master agreement', template: 'template-1' }],
    recipients: [
      {
        role: 'legal',
        kind: 'approver',
        routingOrder: 1,
        fixed: { name: 'Dmitri Sokolov', email: 'legal@hub.example' },
      },
      {
        role: 'customer-signer',
        kind: 'signer',
        routingOrder: 2,
        contact: { label: 'Contract signer', orPrimary: false },
      },
      { role: 'counter-signer', kind: 'signer', routingOrder: 3, owner: true },
    ],
    fields: [{ tab: 'ContractValue', from: 'deal.amount', format: 'money', required: true }],
    reminders: { firstAfterDays: 3, everyDays: 2 },
    expiresAfterDays: 30,
    approval: 'none',
    reEntry: 'keep',
    goingBack: 'void',
    lost: 'void',
    deleted: 'void',
    declined: 'ask',
    expired: 'ask',
    voidedOutside: 'ask',
    passedThrough: 'ask',
    advanceTo: { stageId: 's7' },
    attachSigned: true,
    ...change,
  };
}

export function task(key: string, change: Partial<TaskTemplate> = {}): TaskTemplate {
  return {
    key,
    title: key,
    body: '',
    priority: 'medium',
    owner: [{ dealOwner: true }],
    dueInBusinessDays: 1,
    after: [],
    ...change,
  };
}

export function play(change: Partial<Play> = {}): Play {
  return {
    name: 'onboarding',
    stage: 'implementation',
    when: {},
    repeat: 'once',
    needsSignedContract: false,
    whenDealGoesBack: 'pause',
    tasks: [task('kickoff')],
    ...change,
  };
}

export function connection(
  id: string,
  role: 'crm' | 'esign',
  change: Partial<ConnectionPolicy> = {},
): ConnectionPolicy {
  return {
    id,
    provider: role === 'crm' ? 'hubspot' : 'docusign',
    role,
    mode: 'live',
    effectsFromMs: 0,
    settings: {},
    ...change,
  };
}

export function config(change: Partial<HubConfig> = {}): HubConfig {
  return {
    v: 1,
    version: 1,
    publicUrl: 'http://127.0.0.1:4200',
    company: 'Hub Example',
    calendar: { timeZone: 'Europe/Berlin', holidays: ['2026-05-14'], dueHour: 17 },
    connections: [connection('crm', 'crm'), connection('docusign', 'esign')],
    pipelines: [{ connectionId: 'crm', pipelineId: 'p1', stages: STAGE_IDS }],
    contracts: [policy()],
    plays: [play()],
    maxEntryAgeDays: 60,
    ...change,
  };
}

/** Stage id to the time it was entered, in the given order. */
export function deal(entered: readonly (readonly [stageId: string, atMs: number])[], change: Partial<Deal> = {}): Deal {
  return {
    v: 1,
    dealId: 'crm.42',
    version: 1,
    configVersion: 1,
    leading: { connectionId: 'crm', recordId: '42' },
    lanes: [
      {
        connectionId: 'crm',
        recordId: '42',
        transitions: entered.map(([id, atMs]) => recorded(id, atMs)),
        lifecycle: [],
      },
    ],
    details: { name: 'Acme rollout' },
    createdAtMs: MAY_3,
    updatedAtMs: MAY_3,
    ...change,
  };
}

export function recorded(
  stageId: string,
  enteredAtMs: number,
  change: Partial<RecordedTransition> = {},
): RecordedTransition {
  return {
    id: `${stageId}@${enteredAtMs}`,
    stageId,
    enteredAtMs,
    granularityMs: 1,
    stage: STAGE_IDS[stageId] ?? 'unknown',
    configVersion: 1,
    ...change,
  };
}

export function transition(
  stageId: string,
  enteredAtMs: number,
  change: Partial<StageTransition> = {},
): StageTransition {
  return {
    v: 1,
    kind: 'transition',
    id: `${stageId}@${enteredAtMs}`,
    connectionId: 'crm',
    recordId: '42',
    stageId,
    enteredAtMs,
    granularityMs: 1,
    ...change,
  };
}

export function contact(change: Partial<DealContact> = {}): DealContact {
  return {
    id: 'c1',
    name: 'Dana Ruiz',
    email: 'dana@acme.example',
    labels: ['Contract signer'],
    isPrimary: true,
    ...change,
  };
}

export function facts(stageId: string, change: Partial<DealFacts> = {}): DealFacts {
  return {
    recordId: '42',
    name: 'Acme rollout',
    amount: '120000.00',
    currency: 'EUR',
    closeDate: '2026-06-30',
    pipelineId: 'p1',
    stageId,
    owner: { id: 'o1', name: 'Ines Falk', email: 'ines@hub.example', active: true },
    company: { id: 'k1', name: 'Acme' },
    contacts: [contact()],
    lineItems: [],
    properties: { region: 'EMEA' },
    linkedRecordId: undefined,
    mergedRecordIds: [],
    url: undefined,
    ...change,
  };
}

export function contract(change: Partial<Contract> = {}): Contract {
  return {
    v: 1,
    dealId: 'crm.42',
    n: 1,
    version: 1,
    state: 'planned',
    forEntry: 's6@1',
    connectionId: 'docusign',
    policy: 'standard',
    configVersion: 1,
    mode: 'live',
    attempts: [],
    recipients: [],
    files: [],
    steps: [],
    seenSignals: [],
    createdAtMs: MAY_3,
    updatedAtMs: MAY_3,
    ...change,
  };
}

export function plan(change: Partial<Plan> = {}): Plan {
  return {
    v: 1,
    dealId: 'crm.42',
    key: 'onboarding/once',
    version: 1,
    play: 'onboarding',
    forEntry: 's7@1',
    connectionId: 'crm',
    configVersion: 1,
    mode: 'live',
    state: 'active',
    taskKeys: ['kickoff'],
    why: { code: 'plan.due', sentence: 'the deal entered implementation' },
    createdAtMs: MAY_3,
    updatedAtMs: MAY_3,
    ...change,
  };
}
