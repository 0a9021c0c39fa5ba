import type { Contract } from '../domain/contract.ts';
import type { Deal, RecordedTransition } from '../domain/deal.ts';
import type { Plan, Task, WriteBack } from '../domain/plan.ts';
import type { Signal } from '../domain/signals.ts';
import type { DealItems } from '../store/deal-items.ts';
import type { StoredSignal } from '../store/stored-signal.ts';

/** A deal for tests: negotiation, procurement, a contract out for signature and held tasks. Times are Berlin's, UTC+2. */
export function atMs(text: string): number {
  return Date.parse(`${text}+02:00`);
}

function transition(id: string, stage: RecordedTransition['stage'], stageId: string, at: string): RecordedTransition {
  return { id, stage, stageId, pipelineId: '7', enteredAtMs: atMs(at), granularityMs: 1, configVersion: 1 };
}

function stored(signal: Signal, receivedAt: string, effect = 'recorded'): StoredSignal {
  return {
    v: 1,
    dealId: 'crm-main.42',
    signal,
    deliveryId: 'd-1',
    configVersion: 1,
    receivedAtMs: atMs(receivedAt),
    effect,
  };
}

const deal: Deal = {
  v: 1,
  dealId: 'crm-main.42',
  version: 4,
  configVersion: 1,
  leading: { connectionId: 'crm-main', recordId: '42' },
  lanes: [
    {
      connectionId: 'crm-main',
      recordId: '42',
      transitions: [
        transition('t/1', 'negotiation', '1005', '2026-05-02T09:30:00'),
        transition('t/2', 'procurement', '1006', '2026-05-03T14:05:00'),
        transition('t/3', 'unknown', '1099', '2026-05-04T08:00:00'),
      ],
      lifecycle: [],
    },
  ],
  details: { name: 'Fabrikam rollout', amount: '120000', currency: 'EUR', url: 'https://crm.example.com/42' },
  createdAtMs: atMs('2026-05-02T09:30:01'),
  updatedAtMs: atMs('2026-05-04T08:00:01'),
};

const contract: Contract = {
  v: 1,
  dealId: 'crm-main.42',
  n: 1,
  version: 5,
  state: 'sent',
  forEntry: 't/2',
  connectionId: 'sign-main',
  policy: 'standard',
  configVersion: 1,
  mode: 'rehearse',
  attempts: [],
  recipients: [
    {
      recipientId: '1',
      role: 'legal',
      kind: 'approver',
      name: 'Dmitri Sokolov',
      email: 'dmitri@example.com',
      routingOrder: 1,
      state: 'completed',
    },
  ],
  envelopeId: 'e-1',
  hold: {
    code: 'contract.too-old',
    sentence: 'the amount changed after sending',
    remedy: 'void the contract, or leave it',
    sinceMs: atMs('2026-05-03T16:00:00'),
  },
  files: [],
  steps: [
    { atMs: atMs('2026-05-03T14:05:02'), state: 'planned', note: 'the deal entered procurement on 3 May 2026' },
    { atMs: atMs('2026-05-03T14:05:03'), state: 'drafting', note: 'making the draft' },
    { atMs: atMs('2026-05-03T14:05:05'), state: 'sent', note: 'sent' },
    { atMs: atMs('2026-05-03T15:00:00'), state: 'sent', note: 'Dmitri Sokolov (legal): completed' },
    { atMs: atMs('2026-05-03T15:10:00'), state: 'sent', note: 'Dmitri Sokolov (legal): declined' },
    { atMs: atMs('2026-05-03T15:20:00'), state: 'sent', note: 'contract 1 was looked at' },
    { atMs: atMs('2026-05-03T16:00:00'), state: 'sent', note: 'held: the amount changed after sending' },
  ],
  seenSignals: [],
  createdAtMs: atMs('2026-05-03T14:05:02'),
  updatedAtMs: atMs('2026-05-03T16:00:00'),
};

const plan: Plan = {
  v: 1,
  dealId: 'crm-main.42',
  key: 'discovery/once',
  version: 1,
  play: 'discovery',
  forEntry: 't/1',
  connectionId: 'crm-main',
  configVersion: 1,
  mode: 'live',
  state: 'active',
  taskKeys: ['needs'],
  why: { code: 'plan.due', sentence: 'the deal entered negotiation on 2 May 2026' },
  createdAtMs: atMs('2026-05-02T09:30:05'),
  updatedAtMs: atMs('2026-05-02T09:30:05'),
};

const task: Task = {
  v: 1,
  dealId: 'crm-main.42',
  planKey: 'discovery/once',
  taskKey: 'needs',
  title: 'Write down what Fabrikam needs',
  body: '',
  priority: 'medium',
  ownerId: '7',
  ownerName: 'Carla Reyes',
  ownerWhy: 'first choice of the template',
  dueAtMs: atMs('2026-05-07T17:00:00'),
  dueDate: '2026-05-07',
  after: [],
  version: 2,
  connectionId: 'crm-main',
  recordId: '42',
  mode: 'live',
  state: 'done',
  effectKey: 'k',
  createdAtMs: atMs('2026-05-02T09:30:05'),
  updatedAtMs: atMs('2026-05-02T09:30:06'),
};

const write: WriteBack = {
  v: 1,
  dealId: 'crm-main.42',
  key: 'fields',
  version: 1,
  connectionId: 'crm-main',
  recordId: '42',
  mode: 'observe',
  state: 'held',
  value: 'x',
  hold: {
    code: 'crm.forbidden',
    sentence: 'the CRM refuses the fields',
    remedy: 'grant the scope crm.objects.deals.write',
    sinceMs: atMs('2026-05-03T14:06:00'),
  },
  createdAtMs: atMs('2026-05-03T14:06:00'),
  updatedAtMs: atMs('2026-05-03T14:06:00'),
};

const base = { v: 1, connectionId: 'crm-main' } as const;
const envelope = { v: 1, connectionId: 'sign-main', kind: 'envelope', envelopeId: 'e-1' } as const;

export const SAMPLE_DEAL: DealItems = {
  standing: [],
  deal,
  signals: [
    stored(
      {
        ...base,
        kind: 'transition',
        id: 't/1',
        recordId: '42',
        stageId: '1005',
        enteredAtMs: atMs('2026-05-02T09:30:00'),
        granularityMs: 1,
      },
      '2026-05-02T09:30:01',
    ),
    stored(
      {
        ...base,
        kind: 'transition',
        id: 't/2',
        recordId: '42',
        stageId: '1006',
        enteredAtMs: atMs('2026-05-03T14:05:00'),
        granularityMs: 1,
      },
      '2026-05-03T17:05:00',
    ),
    stored(
      {
        ...base,
        kind: 'hint',
        id: 'h/1',
        recordId: '42',
        about: 'association:contacts',
        atMs: atMs('2026-05-02T10:00:00'),
      },
      '2026-05-02T10:00:01',
    ),
    stored(
      {
        ...base,
        kind: 'observation',
        id: 'o/1',
        recordId: '42',
        stageId: '1005',
        observedAtMs: atMs('2026-05-02T11:00:00'),
      },
      '2026-05-02T11:00:00',
    ),
    stored(
      {
        ...base,
        kind: 'lifecycle',
        id: 'l/1',
        recordId: '41',
        what: 'merged',
        intoRecordId: '42',
        atMs: atMs('2026-05-02T12:00:00'),
      },
      '2026-05-02T12:00:00',
    ),
    stored(
      {
        ...base,
        connectionId: 'other-crm',
        kind: 'transition',
        id: 'o/2',
        recordId: '006',
        stageId: 'Won',
        enteredAtMs: atMs('2026-05-02T13:00:00'),
        granularityMs: 1,
      },
      '2026-05-02T13:00:00',
    ),
    stored({ ...envelope, id: 'e/1', event: 'sent', atMs: atMs('2026-05-03T14:05:05') }, '2026-05-03T14:05:06'),
    stored(
      { ...envelope, id: 'e/2', event: 'recipient-completed', recipientId: '1', atMs: atMs('2026-05-03T15:00:00') },
      '2026-05-03T15:00:01',
    ),
    stored(
      {
        ...envelope,
        id: 'e/3',
        event: 'recipient-declined',
        recipientId: '9',
        reason: 'not mine',
        atMs: atMs('2026-05-03T15:30:00'),
      },
      '2026-05-03T15:30:01',
    ),
    stored(
      { ...envelope, id: 'e/4', envelopeId: 'e-0', event: 'completed', atMs: atMs('2026-05-03T15:40:00') },
      '2026-05-03T15:40:01',
      'refused: envelope e-0 is not the one of contract 1',
    ),
  ],
  contracts: [contract],
  plans: [plan],
  tasks: [task],
  writes: [write],
  decisions: [
    {
      v: 1,
      dealId: 'crm-main.42',
      subject: 'contract/1',
      reason: { code: 'contract.due', sentence: 'the deal entered procurement on 3 May 2026' },
      atMs: atMs('2026-05-03T14:05:02'),
    },
    {
      v: 1,
      dealId: 'crm-main.42',
      subject: 'contract/for/t/3',
      reason: { code: 'stage.unmapped', sentence: 'effects wait: CRM stage 1099 is not mapped' },
      remedy: 'map 1099 under "pipelines"',
      atMs: atMs('2026-05-04T08:00:01'),
    },
  ],
};
