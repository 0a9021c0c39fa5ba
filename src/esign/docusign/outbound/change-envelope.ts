import { HubError } from '../../../domain/errors.ts';
import type { EnvelopeFacts } from '../../esign-port.ts';
import type { DocuSignClient } from './client.ts';
import { docusignCodeOf, isRefusal } from './errors.ts';

/** DocuSign cuts the reason for voiding at this length. */
const MAX_VOID_REASON_LENGTH = 200;

export interface ChangeParts {
  readonly client: DocuSignClient;
  readonly accountId: string;
  /** Undefined when DocuSign does not know the envelope. */
  readonly read: () => Promise<EnvelopeFacts | undefined>;
}

/** Sends a draft. A refusal is read back: what is already on its way is a success. */
export async function sendDraft(parts: ChangeParts, envelopeId: string): Promise<void> {
  const { client, accountId } = parts;
  await client.envelopes
    .update(accountId, envelopeId, { envelope: { status: 'sent' } })
    .catch(async (error: unknown) => {
      const facts = await readAfterRefusal(parts, error);
      switch (facts?.status) {
        case 'sent':
        case 'delivered':
        case 'completed':
          return;
        case 'created':
          throw error;
        default:
          throw stateError('esign.not-a-draft', `envelope ${envelopeId} cannot be sent`, facts, error);
      }
    });
}

/** Voids what is on its way. A refusal is read back: what is already void is a success. */
export async function voidEnvelope(parts: ChangeParts, envelopeId: string, reason: string): Promise<void> {
  const { client, accountId } = parts;
  const envelope = { status: 'voided', voidedReason: reason.slice(0, MAX_VOID_REASON_LENGTH) };
  await client.envelopes.update(accountId, envelopeId, { envelope }).catch(async (error: unknown) => {
    const facts = await readAfterRefusal(parts, error);
    switch (facts?.status) {
      case 'voided':
      case 'deleted':
        return;
      case 'sent':
      case 'delivered':
        throw error;
      default:
        throw stateError('esign.not-voidable', `envelope ${envelopeId} cannot be voided`, facts, error);
    }
  });
}

/**
 * Moves a draft to the recycle bin, which is how DocuSign deletes. It is read first, because moving an envelope that is
 * on its way would void it. Source: "How to delete and restore an envelope", developers.docusign.com.
 */
export async function discardDraft(parts: ChangeParts, envelopeId: string): Promise<void> {
  const { client, accountId } = parts;
  const facts = await parts.read();
  if (facts === undefined || facts.status === 'deleted') return;
  if (facts.status !== 'created') {
    throw stateError('esign.not-a-draft', `envelope ${envelopeId} cannot be discarded`, facts, undefined);
  }
  const foldersRequest = { envelopeIds: [envelopeId] };
  await client.folders.moveEnvelopes(accountId, 'recyclebin', { foldersRequest }).catch(async (error: unknown) => {
    const after = await readAfterRefusal(parts, error);
    if (after === undefined || after.status === 'deleted') return;
    if (after.status === 'created') throw error;
    throw stateError('esign.not-a-draft', `envelope ${envelopeId} cannot be discarded`, after, error);
  });
}

/** Only a refusal tells that nothing was done; any other failure goes on as it is. */
async function readAfterRefusal(parts: ChangeParts, error: unknown): Promise<EnvelopeFacts | undefined> {
  if (!isRefusal(error)) throw error;
  return parts.read();
}

function stateError(code: string, what: string, facts: EnvelopeFacts | undefined, cause: unknown): HubError {
  const state = facts?.status ?? 'unknown to DocuSign';
  const errorCode = cause instanceof HubError ? docusignCodeOf(cause) : '';
  return new HubError(code, `${what}: it is ${state === 'created' ? 'a draft' : state}; look at it in DocuSign`, {
    retry: 'never',
    cause,
    context: { status: state, errorCode },
  });
}
