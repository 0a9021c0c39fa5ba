import { buildEnvelope } from './build-envelope.ts';
import type { Lifecycle } from './lifecycle.ts';
import { TRANSACTION_LIFETIME_MS } from './list-envelopes.ts';
import { flag, type Loose, text } from './loose.ts';
import type { SimEnvelope } from './state.ts';
import { invalidParameter, WireError } from './wire-error.ts';
import { wireTime } from './wire-time.ts';
import type { World } from './world.ts';

/** What Envelopes: create answers. */
export function envelopeSummary(envelope: SimEnvelope): Record<string, unknown> {
  return {
    envelopeId: envelope.envelopeId,
    uri: `/envelopes/${envelope.envelopeId}`,
    statusDateTime: wireTime(envelope.statusChangedAtMs),
    status: envelope.status,
  };
}

/** An envelope made earlier with the same transaction id, as far as DocuSign remembers. */
function earlier(world: World, transactionId: string | undefined): SimEnvelope | undefined {
  const known = transactionId === undefined ? undefined : world.transactions.get(transactionId);
  if (known === undefined || world.nowMs() - known.atMs > TRANSACTION_LIFETIME_MS) return undefined;
  const [first] = known.envelopeIds;
  return first === undefined ? undefined : world.envelopes.get(first);
}

function remember(world: World, transactionId: string, envelopeId: string): void {
  const known = world.transactions.get(transactionId);
  world.transactions.set(transactionId, {
    envelopeIds: [...(known?.envelopeIds ?? []), envelopeId],
    atMs: known?.atMs ?? world.nowMs(),
  });
}

/**
 * POST /envelopes: the body of the 201. `status: sent` sends at once; otherwise it stays a draft.
 * Throws WireError (400) for what DocuSign refuses; then nothing was made.
 */
export function createEnvelope(
  world: World,
  lifecycle: Lifecycle,
  definition: Loose,
  origin: SimEnvelope['origin'] = 'api',
): Record<string, unknown> {
  const status = text(definition.status)?.toLowerCase() ?? 'created';
  if (status !== 'created' && status !== 'sent')
    throw invalidParameter("Value for 'status' must be 'created' or 'sent'.");
  const given = text(definition.transactionId);
  const transactionId = given === '' ? undefined : given;
  const isAsynchronous = flag(definition.asynchronous);
  if (isAsynchronous && transactionId === undefined) {
    throw invalidParameter("Value for 'transactionId' must be specified when 'asynchronous' is true.");
  }
  const before = earlier(world, transactionId);
  const { duplicateTransactionId } = world.switches();
  if (before !== undefined && duplicateTransactionId === 'returns-first') return envelopeSummary(before);
  if (before !== undefined && duplicateTransactionId === 'refuses') {
    throw new WireError(400, 'DUPLICATE_TRANSACTION_ID', `The transactionId "${transactionId}" was already used.`);
  }
  const { envelopeId } = buildEnvelope(world, definition, origin);
  if (status === 'sent') {
    try {
      lifecycle.send(envelopeId);
    } catch (error) {
      world.envelopes.delete(envelopeId);
      throw error;
    }
  } else {
    lifecycle.created(envelopeId);
  }
  if (transactionId !== undefined) remember(world, transactionId, envelopeId);
  if (isAsynchronous) return { status: 'processing', statusDateTime: wireTime(world.nowMs()) };
  return envelopeSummary(world.envelope(envelopeId));
}
