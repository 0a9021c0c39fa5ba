import { HubError, isHubError } from '../../../domain/errors.ts';
import type { ConnectionPolicy } from '../../../domain/policies.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { ConnectionSecret } from '../../../platform/secrets.ts';
import type { EnvelopeFacts, ESignPort } from '../../esign-port.ts';
import { envelopeUrl } from '../hosts.ts';
import { factsOf } from '../mapping.ts';
import { envelopePayload } from '../payloads.ts';
import { docusignSettings } from '../settings.ts';
import { type ChangeParts, discardDraft, sendDraft, voidEnvelope } from './change-envelope.ts';
import { createClientFactory, type DocuSignClient } from './client.ts';
import { createDraft } from './create-draft.ts';
import { ATTEMPT_LOOKUP_MS, findByAttempts } from './find-envelopes.ts';
import { createSend } from './http.ts';
import { createSessions } from './session.ts';

const PDF_START = Buffer.from('%PDF');

export interface DocuSignDeps {
  readonly connection: ConnectionPolicy;
  readonly readSecret: () => Promise<ConnectionSecret>;
  readonly clock: Clock;
  readonly fetch?: typeof fetch;
}

/**
 * A DocuSign account as e-sign port. Keeps its token in memory: make one per connection and process. Throws HubError
 * `esign.settings-invalid` when the settings of the connection are not DocuSign's.
 */
export function createDocuSignESign(deps: DocuSignDeps): ESignPort {
  const { connection, clock } = deps;
  const parsed = docusignSettings.settings.safeParse(connection.settings);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0] ?? { path: [], message: 'not readable' };
    const text = `settings of connection "${connection.id}" are wrong: ${path.join('.')} ${message}; correct them in the configuration file`;
    throw new HubError('esign.settings-invalid', text, { retry: 'never' });
  }
  const { accountId, authHost } = parsed.data;
  const send = createSend(deps.fetch ?? fetch);
  const sessions = createSessions({ settings: parsed.data, readSecret: deps.readSecret, send, clock });
  const newClient = createClientFactory({ sessions, send, clock });
  const urlOf = (envelopeId: string) => envelopeUrl(authHost, envelopeId);

  async function readEnvelope(client: DocuSignClient, envelopeId: string): Promise<EnvelopeFacts | undefined> {
    try {
      const answer = await client.envelopes.getEnvelope(accountId, envelopeId, { include: 'custom_fields,recipients' });
      const envelope = envelopePayload.safeParse(answer);
      const facts = envelope.success ? factsOf(envelope.data, envelopeId, urlOf(envelopeId)) : undefined;
      if (facts !== undefined) return facts;
    } catch (error) {
      if (isHubError(error, 'esign.not-found')) return undefined;
      throw error;
    }
    const text = `DocuSign's answer about envelope ${envelopeId} cannot be understood; it is tried again by itself`;
    throw new HubError('esign.answer-unexpected', text, { retry: { afterMs: 60_000 } });
  }

  async function readPdf(
    envelopeId: string,
    documentId: string,
    options: { certificate?: string },
  ): Promise<Uint8Array> {
    const bytes = await newClient().envelopes.getDocument(accountId, envelopeId, documentId, options);
    if (bytes instanceof Uint8Array && PDF_START.equals(bytes.subarray(0, PDF_START.length))) return bytes;
    const text = `DocuSign's answer for document "${documentId}" of envelope ${envelopeId} is no PDF; it is tried again by itself`;
    throw new HubError('esign.answer-unexpected', text, { retry: { afterMs: 60_000 } });
  }

  function changeParts(envelopeId: string): ChangeParts {
    const client = newClient();
    return { client, accountId, read: () => readEnvelope(client, envelopeId) };
  }

  return {
    connectionId: connection.id,
    capabilities: { settleMs: 30_000, attemptLookupMs: ATTEMPT_LOOKUP_MS, longestCallMs: 25_000 },
    createDraft: (spec) => createDraft(newClient(), accountId, spec),
    findByAttempts: (contractRef, attemptKeys, sinceMs) =>
      findByAttempts({ client: newClient(), accountId, clock, urlOf }, contractRef, attemptKeys, sinceMs),
    readEnvelope: (envelopeId) => readEnvelope(newClient(), envelopeId),
    sendDraft: (envelopeId) => sendDraft(changeParts(envelopeId), envelopeId),
    voidEnvelope: (envelopeId, reason) => voidEnvelope(changeParts(envelopeId), envelopeId, reason),
    discardDraft: (envelopeId) => discardDraft(changeParts(envelopeId), envelopeId),
    readSignedDocument: (envelopeId) => readPdf(envelopeId, 'combined', { certificate: 'false' }),
    readCertificate: (envelopeId) => readPdf(envelopeId, 'certificate', {}),
    async check() {
      // The grant names the account; one small list proves that the REST address and the user's rights are good too.
      const fromDate = new Date(clock.nowMs() - 60_000).toISOString();
      await newClient().envelopes.listStatusChanges(accountId, { fromDate, count: '1' });
      return { accountId: accountId.toLowerCase() };
    },
  };
}
