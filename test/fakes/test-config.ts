import type { ContractPolicy, HubConfig, Play } from '../../src/domain/policies.ts';

/** A small, complete configuration: one CRM, one e-sign account, one policy, one play. */
export function testConfig(changes: Partial<HubConfig> = {}): HubConfig {
  return {
    v: 1,
    version: 1,
    publicUrl: 'https://hub.example.com',
    company: 'Stagepost Test',
    calendar: { timeZone: 'Europe/Berlin', holidays: ['2026-12-25'], dueHour: 17 },
    connections: [
      { id: 'crm-main', provider: 'hubspot', role: 'crm', mode: 'live', effectsFromMs: 0, settings: {} },
      { id: 'sign-main', provider: 'docusign', role: 'esign', mode: 'live', effectsFromMs: 0, settings: {} },
    ],
    pipelines: [
      {
        connectionId: 'crm-main',
        pipelineId: 'main',
        stages: {
          s1: 'prospecting',
          s2: 'qualification',
          s3: 'solutioning',
          s4: 'demonstration',
          s5: 'negotiation',
          s6: 'procurement',
          s7: 'implementation',
          s8: 'management',
          s9: 'expansion',
          s10: 'lost',
        },
      },
    ],
    contracts: [testPolicy()],
    plays: [testPlay()],
    maxEntryAgeDays: 30,
    ...changes,
  };
}

export function testPolicy(changes: Partial<ContractPolicy> = {}): ContractPolicy {
  return {
    name: 'standard',
    when: {},
    esignConnectionId: 'sign-main',
    subject: 'Contract for {{deal.name}}',
    message: 'Please sign.',
    documents: [{ name: 'Agreement', template: 'tpl-1' }],
    recipients: [
      { role: 'legal', kind: 'approver', routingOrder: 1, fixed: { name: 'Dmitri', email: 'dmitri@example.com' } },
      {
        role: 'customer-signer',
        kind: 'signer',
        routingOrder: 2,
        contact: { label: 'Contract signer', orPrimary: false },
      },
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
    advanceTo: { stageId: 's7', pipelineId: 'main' },
    attachSigned: true,
    ...changes,
  };
}

export function testPlay(changes: Partial<Play> = {}): Play {
  return {
    name: 'onboarding',
    stage: 'implementation',
    when: {},
    repeat: 'once',
    needsSignedContract: true,
    whenDealGoesBack: 'pause',
    tasks: [
      {
        key: 'kickoff',
        title: 'Kick off {{deal.name}}',
        body: 'Invite everybody.',
        priority: 'high',
        owner: [{ email: 'ben@example.com' }, { dealOwner: true }],
        dueInBusinessDays: 2,
        after: [],
      },
      {
        key: 'training',
        title: 'Train the team',
        body: '',
        priority: 'medium',
        owner: [{ email: 'nobody@example.com' }, { dealOwner: true }],
        dueInBusinessDays: 5,
        after: ['kickoff'],
      },
    ],
    ...changes,
  };
}
