import { HubError } from '../../src/domain/errors.ts';
import type { EnvelopeFacts, EnvelopeSpec, EnvelopeStatus, ESignPort } from '../../src/esign/esign-port.ts';
import type { Clock } from '../../src/platform/clock.ts';

export interface FakeEnvelope {
  readonly envelopeId: string;
  status: EnvelopeStatus;
  readonly spec: EnvelopeSpec;
  readonly createdAtMs: number;
  reason?: string;
}

export interface FakeESign {
  readonly port: ESignPort;
  readonly envelopes: FakeEnvelope[];
  /** One line per e-mail that left: envelope id and what happened. */
  readonly mails: string[];
}

/** An e-sign account in memory. It knows envelopes and e-mails, and nothing of the hub. */
export function createFakeESign(connectionId: string, clock: Clock): FakeESign {
  const envelopes: FakeEnvelope[] = [];
  const mails: string[] = [];

  function find(envelopeId: string): FakeEnvelope {
    const found = envelopes.find((envelope) => envelope.envelopeId === envelopeId);
    if (found === undefined) throw new HubError('esign.not-found', 'no such envelope', { retry: 'never' });
    return found;
  }

  function factsOf(envelope: FakeEnvelope): EnvelopeFacts {
    return {
      envelopeId: envelope.envelopeId,
      status: envelope.status,
      contractRef: envelope.spec.contractRef,
      attemptKey: envelope.spec.attemptKey,
      createdAtMs: envelope.createdAtMs,
      sentAtMs: envelope.status === 'created' ? undefined : envelope.createdAtMs,
      completedAtMs: undefined,
      reason: envelope.reason,
      recipients: [],
      url: undefined,
    };
  }

  const port: ESignPort = {
    connectionId,
    capabilities: { settleMs: 30_000, longestCallMs: 25_000, attemptLookupMs: 6 * 86_400_000 },
    async createDraft(spec) {
      const envelopeId = `env-${envelopes.length + 1}`;
      envelopes.push({ envelopeId, status: 'created', spec, createdAtMs: clock.nowMs() });
      return { envelopeId };
    },
    async findByAttempts(_ref, attemptKeys) {
      return envelopes.filter((envelope) => attemptKeys.includes(envelope.spec.attemptKey)).map(factsOf);
    },
    async readEnvelope(envelopeId) {
      const found = envelopes.find((envelope) => envelope.envelopeId === envelopeId);
      return found === undefined ? undefined : factsOf(found);
    },
    async sendDraft(envelopeId) {
      const envelope = find(envelopeId);
      if (envelope.status === 'sent' || envelope.status === 'delivered' || envelope.status === 'completed') return;
      if (envelope.status !== 'created') {
        throw new HubError('esign.refused', `envelope is ${envelope.status}`, { retry: 'never' });
      }
      envelope.status = 'sent';
      mails.push(`${envelopeId} invitation`);
    },
    async voidEnvelope(envelopeId, reason) {
      const envelope = find(envelopeId);
      if (envelope.status === 'voided') return;
      if (envelope.status !== 'sent' && envelope.status !== 'delivered') {
        throw new HubError('esign.not-voidable', `envelope is ${envelope.status}`, { retry: 'never' });
      }
      envelope.status = 'voided';
      envelope.reason = reason;
      mails.push(`${envelopeId} void`);
    },
    async discardDraft(envelopeId) {
      const envelope = envelopes.find((each) => each.envelopeId === envelopeId);
      if (envelope === undefined || envelope.status === 'deleted') return;
      if (envelope.status !== 'created') {
        throw new HubError('esign.not-a-draft', `envelope is ${envelope.status}`, { retry: 'never' });
      }
      envelope.status = 'deleted';
    },
    readSignedDocument: async () => new TextEncoder().encode('%PDF-signed'),
    readCertificate: async () => new TextEncoder().encode('%PDF-certificate'),
    check: async () => ({ accountId: 'fake' }),
  };
  return { port, envelopes, mails };
}
