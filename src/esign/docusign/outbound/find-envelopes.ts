import { HubError } from '../../../domain/errors.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { EnvelopeFacts } from '../../esign-port.ts';
import { CONTRACT_FIELD, customFieldOf, factsOf } from '../mapping.ts';
import { type EnvelopePayload, envelopeListPayload } from '../payloads.ts';
import type { DocuSignClient } from './client.ts';

const DAY_MS = 86_400_000;

/** DocuSign keeps transaction ids seven days. Source: blog "Use a transactionId to find the envelope you created". */
const TRANSACTION_LIFE_MS = 7 * DAY_MS;

/** From then on the transaction look-up alone is not trusted. */
export const ATTEMPT_LOOKUP_MS = 6.5 * DAY_MS;

/** Clocks of this host and of DocuSign need not agree. */
const CLOCK_MARGIN_MS = 15 * 60_000;

const PAGE_SIZE = 100;
const MAX_PAGES = 10;
const INCLUDE = 'custom_fields,recipients';

export interface FindParts {
  readonly client: DocuSignClient;
  readonly accountId: string;
  readonly clock: Clock;
  readonly urlOf: (envelopeId: string) => string;
}

/**
 * Envelopes of these attempts: by transaction id while DocuSign keeps it, and by our custom field when that may be over
 * or when it does not account for every attempt. An empty answer within the index lag of the search proves nothing;
 * the caller waits `settleMs` first.
 */
export async function findByAttempts(
  parts: FindParts,
  contractRef: string,
  attemptKeys: readonly string[],
  sinceMs: number,
): Promise<readonly EnvelopeFacts[]> {
  const ageMs = parts.clock.nowMs() - sinceMs;
  const found = new Map<string, EnvelopeFacts>();
  if (ageMs <= TRANSACTION_LIFE_MS && attemptKeys.length > 0) {
    for (const facts of await byTransaction(parts, attemptKeys)) found.set(facts.envelopeId, facts);
  }
  const accountedFor = new Set([...found.values()].map(({ attemptKey }) => attemptKey));
  if (ageMs > ATTEMPT_LOOKUP_MS || attemptKeys.some((key) => !accountedFor.has(key))) {
    for (const facts of await byCustomField(parts, contractRef, sinceMs)) {
      const ours = facts.attemptKey !== undefined && attemptKeys.includes(facts.attemptKey);
      if (ours && !found.has(facts.envelopeId)) found.set(facts.envelopeId, facts);
    }
  }
  return [...found.values()];
}

async function byTransaction(parts: FindParts, attemptKeys: readonly string[]): Promise<readonly EnvelopeFacts[]> {
  const transactionIds = attemptKeys.join(',');
  const page = readPage(
    await parts.client.envelopes.listStatusChanges(parts.accountId, { transactionIds, include: INCLUDE }),
  );
  const keyOf = new Map<string, string>();
  for (const { envelopeId = '', transactionId = '' } of page.envelopeTransactionStatuses ?? []) {
    if (envelopeId !== '' && attemptKeys.includes(transactionId)) keyOf.set(envelopeId.toLowerCase(), transactionId);
  }
  const listed = [...(page.envelopes ?? [])];
  const known = new Set(listed.map((envelope) => envelope.envelopeId?.toLowerCase()));
  const unlisted = [...keyOf.keys()].filter((envelopeId) => !known.has(envelopeId));
  if (unlisted.length > 0) {
    const options = { envelopeIds: unlisted.join(','), include: INCLUDE };
    listed.push(
      ...(readPage(await parts.client.envelopes.listStatusChanges(parts.accountId, options)).envelopes ?? []),
    );
  }
  return toFacts(parts, listed).map((facts) => {
    const attemptKey = facts.attemptKey ?? keyOf.get(facts.envelopeId);
    return { ...facts, attemptKey };
  });
}

async function byCustomField(
  parts: FindParts,
  contractRef: string,
  sinceMs: number,
): Promise<readonly EnvelopeFacts[]> {
  const facts: EnvelopeFacts[] = [];
  const fromDate = new Date(sinceMs - CLOCK_MARGIN_MS).toISOString();
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { envelopes, nextUri } = readPage(
      await parts.client.envelopes.listStatusChanges(parts.accountId, {
        fromDate,
        customField: `${CONTRACT_FIELD}=${contractRef}`,
        include: INCLUDE,
        count: String(PAGE_SIZE),
        startPosition: String(page * PAGE_SIZE),
      }),
    );
    // The search is DocuSign's; whether it compares whole values is not documented, so they are compared again.
    const ours = (envelopes ?? []).filter((envelope) => customFieldOf(envelope, CONTRACT_FIELD) === contractRef);
    facts.push(...toFacts(parts, ours));
    if (nextUri === undefined || nextUri === '' || (envelopes ?? []).length === 0) return facts;
  }
  throw new HubError(
    'esign.answer-unexpected',
    'DocuSign lists more than 1,000 envelopes of one contract; look at the account',
    {
      retry: 'never',
    },
  );
}

function toFacts(parts: FindParts, envelopes: readonly EnvelopePayload[]): readonly EnvelopeFacts[] {
  return envelopes.flatMap((envelope) => {
    const envelopeId = envelope.envelopeId?.toLowerCase();
    if (envelopeId === undefined) return [];
    const facts = factsOf(envelope, envelopeId, parts.urlOf(envelopeId));
    if (facts === undefined) throw unexpected();
    return [facts];
  });
}

function readPage(answer: unknown): ReturnType<typeof envelopeListPayload.parse> {
  const page = envelopeListPayload.safeParse(answer);
  if (!page.success) throw unexpected();
  return page.data;
}

function unexpected(): HubError {
  const message = "DocuSign's list of envelopes cannot be understood; it is tried again by itself";
  return new HubError('esign.answer-unexpected', message, { retry: { afterMs: 60_000 } });
}
