import type { CrmPort } from '../../../src/crm/crm-port.ts';
import type { DealFacts, DealOwner } from '../../../src/domain/deal-facts.ts';
import type { EnvelopeStatus, ESignPort } from '../../../src/esign/esign-port.ts';

/** Providers that answer at once: what is left is the hub's own time. */
export interface StubWorld {
  readonly crm: CrmPort;
  readonly esign: ESignPort;
  /** What the CRM says about a record; set before its webhook is sent. */
  readonly deals: Map<string, DealFacts>;
  /** Called when an envelope leaves, with `dealId/n`. */
  onSent: (contractRef: string) => void;
  /** Of the latest envelope. */
  latest(): { readonly envelopeId: string; readonly contractRef: string; readonly attemptKey: string } | undefined;
}

/** Everybody works here. */
const OWNER: Omit<DealOwner, 'email'> = { id: '501', name: 'Ada Okafor', active: true };

export function dealFacts(recordId: string, stageId: string): DealFacts {
  return {
    recordId,
    name: 'Northwind Traders - analytics rollout',
    amount: '184000.00',
    currency: 'EUR',
    closeDate: '2027-03-18',
    pipelineId: '75012345',
    stageId,
    owner: { ...OWNER, email: 'ada.okafor@example.com' },
    company: { id: '900', name: 'Northwind Traders' },
    contacts: [
      { id: '700', name: 'Nora Nwosu', email: 'nora@northwind.example', labels: ['Contract signer'], isPrimary: true },
    ],
    lineItems: [],
    properties: {},
    linkedRecordId: undefined,
    mergedRecordIds: [],
    url: undefined,
  };
}

function guid(n: number): string {
  return `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
}

export function createStubWorld(): StubWorld {
  const deals = new Map<string, DealFacts>();
  const tasks = new Map<string, { id: string; effectKey: string; title: string; dueAtMs: number }[]>();
  const envelopes = new Map<
    string,
    { status: EnvelopeStatus; contractRef: string; attemptKey: string; atMs: number }
  >();
  let given = 0;

  const crm: CrmPort = {
    connectionId: 'hubspot-main',
    capabilities: { uniqueTaskKey: false, settleMs: 10_000, longestCallMs: 15_000 },
    recordIdOf: (text) => text,
    findLinkedRecord: async () => undefined,
    async readDeal(recordId) {
      const deal = deals.get(recordId);
      return deal === undefined ? { found: false, why: 'unknown' } : { found: true, deal };
    },
    readStageHistory: async () => [],
    listChangedDeals: async () => ({ recordIds: [] }),
    readPipelines: async () => [],
    findOwnerByEmail: async (email) => ({ ...OWNER, email }),
    findOwnerById: async () => ({ ...OWNER, email: 'ada.okafor@example.com' }),
    async writeStage(recordId, { stageId }) {
      const deal = deals.get(recordId);
      if (deal !== undefined) deals.set(recordId, { ...deal, stageId });
    },
    async writeFields() {},
    findTasks: async (recordId, keys) =>
      (tasks.get(recordId) ?? [])
        .filter((task) => keys.includes(task.effectKey))
        .map((task) => ({ ...task, createdAtMs: 0, touched: false, ownerId: OWNER.id })),
    async createTask(recordId, { effectKey, title, dueAtMs }) {
      const id = String(++given);
      tasks.set(recordId, [...(tasks.get(recordId) ?? []), { id, effectKey, title, dueAtMs }]);
      return { id };
    },
    async deleteTask() {},
    attachFile: async () => ({ id: String(++given), existed: false }),
    check: async () => ({ accountId: '24681012' }),
  };

  const factsOf = (envelopeId: string) => {
    const found = envelopes.get(envelopeId);
    if (found === undefined) return undefined;
    const { status, contractRef, attemptKey, atMs } = found;
    return {
      envelopeId,
      status,
      contractRef,
      attemptKey,
      createdAtMs: atMs,
      sentAtMs: status === 'created' ? undefined : atMs,
      completedAtMs: undefined,
      reason: undefined,
      recipients: [],
      url: undefined,
    };
  };
  const set = (envelopeId: string, status: EnvelopeStatus) => {
    const found = envelopes.get(envelopeId);
    if (found !== undefined) found.status = status;
  };
  const esign: ESignPort = {
    connectionId: 'docusign-main',
    capabilities: { settleMs: 30_000, longestCallMs: 25_000, attemptLookupMs: 6 * 86_400_000 },
    async createDraft({ contractRef, attemptKey }) {
      const envelopeId = guid(++given);
      envelopes.set(envelopeId, { status: 'created', contractRef, attemptKey, atMs: Date.now() });
      return { envelopeId };
    },
    findByAttempts: async () => [],
    readEnvelope: async (envelopeId) => factsOf(envelopeId),
    async sendDraft(envelopeId) {
      set(envelopeId, 'sent');
      world.onSent(envelopes.get(envelopeId)?.contractRef ?? '');
    },
    voidEnvelope: async (envelopeId) => set(envelopeId, 'voided'),
    discardDraft: async (envelopeId) => set(envelopeId, 'deleted'),
    readSignedDocument: async () => Buffer.from(`%PDF-1.7\n${'signed '.repeat(7_000)}`),
    readCertificate: async () => Buffer.from(`%PDF-1.7\n${'certificate '.repeat(2_000)}`),
    check: async () => ({ accountId: 'stub' }),
  };

  const world: StubWorld = {
    crm,
    esign,
    deals,
    onSent: () => {},
    latest() {
      const [envelopeId, envelope] = [...envelopes].at(-1) ?? [];
      if (envelopeId === undefined || envelope === undefined) return undefined;
      return { envelopeId, contractRef: envelope.contractRef, attemptKey: envelope.attemptKey };
    },
  };
  return world;
}
