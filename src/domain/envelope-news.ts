import type { Contract } from './contract.ts';
import { mergeRecipients } from './contract-recipients.ts';
import {
  end,
  isTerminalState,
  moved,
  rankOf,
  refused,
  type StepOutcome,
  sameHold,
  settle,
  stale,
  step,
} from './contract-steps.ts';
import type { EnvelopeSignal, RecipientState, RecipientStatus } from './signals.ts';

const DAY_MS = 86_400_000;
const SEEN_SIGNALS_KEPT = 60;

type EnvelopeStatus = 'created' | 'sent' | 'delivered' | 'completed' | 'declined' | 'voided' | 'deleted';

/** A read of an envelope at the provider, as far as the contract cares; the e-sign port's `EnvelopeFacts` is one. */
export interface EnvelopeReading {
  readonly envelopeId: string;
  readonly status: EnvelopeStatus;
  readonly attemptKey?: string | undefined;
  readonly sentAtMs?: number | undefined;
  readonly completedAtMs?: number | undefined;
  readonly reason?: string | undefined;
  readonly recipients: readonly RecipientStatus[];
}

/** What a webhook or a read says, in one form. */
export interface EnvelopeNews {
  readonly envelopeId: string;
  readonly contractRef?: string | undefined;
  readonly attemptKey?: string | undefined;
  /** Envelopes come to a signal by their attempt; a read was asked for by us, for this contract. */
  readonly askedFor: boolean;
  readonly signalId?: string;
  readonly status?: EnvelopeStatus;
  readonly atMs: number;
  readonly sentAtMs?: number | undefined;
  readonly reason?: string | undefined;
  readonly recipients: readonly RecipientStatus[];
  /** News about a recipient that changes no state. */
  readonly note?: string;
}

const RECIPIENT_EVENTS: Readonly<Record<string, RecipientState>> = {
  'recipient-sent': 'sent',
  'recipient-delivered': 'delivered',
  'recipient-completed': 'completed',
  'recipient-declined': 'declined',
  'recipient-failed': 'failed',
};

export function newsOfSignal(signal: EnvelopeSignal): EnvelopeNews {
  const { envelopeId, contractRef, attemptKey, atMs, reason, event, recipientId } = signal;
  const common = { envelopeId, contractRef, attemptKey, askedFor: false, signalId: signal.id, atMs, reason };
  const told = signal.recipients ?? [];
  switch (event) {
    case 'recipient-sent':
    case 'recipient-delivered':
    case 'recipient-completed':
    case 'recipient-declined':
    case 'recipient-failed':
    case 'recipient-reassigned': {
      const state = RECIPIENT_EVENTS[event];
      const named = recipientId !== undefined && state !== undefined ? [{ recipientId, state, atMs }] : [];
      const note =
        event === 'recipient-reassigned' ? `recipient ${recipientId ?? '?'} passed it on to somebody else` : undefined;
      return { ...common, recipients: [...named, ...told], ...(note === undefined ? {} : { note }) };
    }
    default:
      return { ...common, status: event, recipients: told };
  }
}

export function newsOfReading(facts: EnvelopeReading, nowMs: number): EnvelopeNews {
  const { envelopeId, attemptKey, status, sentAtMs, reason, recipients } = facts;
  return {
    envelopeId,
    attemptKey,
    askedFor: true,
    status,
    atMs: facts.completedAtMs ?? nowMs,
    sentAtMs,
    reason,
    recipients,
  };
}

/** See `applyEnvelopeSignal` and `applyEnvelopeFacts`. */
export function applyNews(contract: Contract, news: EnvelopeNews, nowMs: number): StepOutcome {
  if (news.signalId !== undefined && contract.seenSignals.includes(news.signalId)) return stale;
  if (!isOurs(contract, news)) {
    return refused(
      contract,
      'envelope.not-ours',
      `envelope ${news.envelopeId} is not the one of contract ${contract.n} of deal ${contract.dealId}; look it up at the provider and void it there if nobody wants it`,
    );
  }
  const recipients = mergeRecipients(contract.recipients, news.recipients);
  const seenSignals =
    news.signalId === undefined
      ? contract.seenSignals
      : [...contract.seenSignals, news.signalId].slice(-SEEN_SIGNALS_KEPT);
  const informed: Contract = { ...contract, envelopeId: news.envelopeId, recipients, seenSignals };
  const next = isTerminalState(contract.state) ? afterTheEnd(informed, news) : nextOf(informed, news, nowMs);
  if (next !== undefined && 'outcome' in next) return next;
  // Ended without ever having had an envelope: this one is litter, and stays no part of it.
  if (isTerminalState(contract.state) && contract.envelopeId === undefined) return stale;
  if (next !== undefined) return moved(next);
  if (recipients !== contract.recipients)
    return moved(step(withBounce(informed, contract, nowMs), {}, recipientNote(contract, informed), nowMs, news.atMs));
  if (news.note !== undefined) return moved(step(informed, {}, news.note, nowMs, news.atMs));
  return stale;
}

/** The recorded envelope; before one is recorded, the envelope of an attempt at the present inputs. */
function isOurs(contract: Contract, news: EnvelopeNews): boolean {
  if (news.contractRef !== undefined && news.contractRef !== `${contract.dealId}/${contract.n}`) return false;
  if (contract.envelopeId !== undefined) return contract.envelopeId === news.envelopeId;
  const candidates = contract.attempts.filter(
    (each) => (each.inputsHash ?? contract.inputsHash) === contract.inputsHash,
  );
  if (news.attemptKey === undefined) return news.askedFor && candidates.length > 0;
  return candidates.some((each) => each.key === news.attemptKey);
}

function afterTheEnd(contract: Contract, news: EnvelopeNews): StepOutcome | undefined {
  const signedAnyway = news.status === 'completed' && contract.state !== 'completed';
  if (signedAnyway) {
    return refused(
      contract,
      'envelope.signed-after-end',
      `envelope ${news.envelopeId} was signed although contract ${contract.n} is recorded as ${contract.state}; decide which of the two holds`,
    );
  }
  const live = news.status === 'sent' || news.status === 'delivered';
  if (live && contract.state !== 'completed' && news.atMs > (contract.endedAtMs ?? 0)) {
    return refused(
      contract,
      'envelope.live-after-end',
      `envelope ${news.envelopeId} is out for signature although contract ${contract.n} is recorded as ${contract.state}; void it at the provider`,
    );
  }
  return undefined;
}

function nextOf(contract: Contract, news: EnvelopeNews, nowMs: number): Contract | undefined {
  const { atMs, reason } = news;
  switch (news.status) {
    case undefined:
      return undefined;
    case 'created':
      return contract.state === 'drafting'
        ? step(
            settle(contract, 'hold', 'unknownUntilMs'),
            { state: 'drafted' },
            'draft found at the provider',
            nowMs,
            atMs,
          )
        : undefined;
    case 'sent':
    case 'delivered':
      return goOut(contract, news.status, news, nowMs);
    case 'completed':
      return end(contract, 'completed', { note: 'signed by everybody' }, nowMs, atMs);
    case 'declined':
      return end(
        contract,
        'declined',
        { note: `declined: ${reason ?? 'no reason was given'}`, endReason: reason },
        nowMs,
        atMs,
      );
    case 'voided':
      return voidSeen(contract, news, nowMs);
    case 'deleted':
      return deletedSeen(contract, news, nowMs);
  }
}

function goOut(
  contract: Contract,
  status: 'sent' | 'delivered',
  news: EnvelopeNews,
  nowMs: number,
): Contract | undefined {
  const sentAtMs = news.sentAtMs ?? (status === 'sent' ? news.atMs : undefined);
  const sentTime = contract.sentAtMs === undefined && sentAtMs !== undefined ? { sentAtMs } : undefined;
  if (rankOf(contract.state) >= rankOf(status)) {
    return sentTime === undefined
      ? undefined
      : step(contract, sentTime, 'time of sending learned', nowMs, sentTime.sentAtMs);
  }
  const note = status === 'sent' ? 'sent' : 'opened by a recipient';
  const out = step(settle(contract, 'unknownUntilMs'), { state: status, ...sentTime }, note, nowMs, news.atMs);
  if (rankOf(contract.state) >= rankOf('sending')) return out;
  return holdWith(
    out,
    'contract.sent-outside',
    `the draft of contract ${contract.n} was sent at the provider, not by the hub`,
    'check recipients and document; void it if it should not be out',
    nowMs,
    news.atMs,
  );
}

/** In a bin is not void: once it may have been sent, signers may still have their link. */
function deletedSeen(contract: Contract, news: EnvelopeNews, nowMs: number): Contract | undefined {
  const mayBeOut =
    rankOf(contract.state) >= rankOf('sent') ||
    (contract.state === 'sending' && (!news.askedFor || news.sentAtMs !== undefined));
  if (mayBeOut && contract.voiding === undefined) {
    const sentence = `the envelope of contract ${contract.n} was moved to the bin at the provider while it was out for signature`;
    return holdWith(
      contract,
      'contract.envelope-deleted',
      sentence,
      'restore it there, or void this contract',
      nowMs,
      news.atMs,
    );
  }
  // A worker that holds the lease is most likely the one who removed the draft; it writes down why.
  const ownDoing = contract.voiding === undefined && (contract.lease?.untilMs ?? 0) > nowMs;
  if (ownDoing) return undefined;
  return voidSeen(contract, { ...news, reason: news.reason ?? 'the draft was deleted at the provider' }, nowMs);
}

/** Void by our own intent, by running out, or by somebody at the provider. Expiry is known by the day only. */
function voidSeen(contract: Contract, news: EnvelopeNews, nowMs: number): Contract {
  const { atMs, reason } = news;
  if (contract.voiding !== undefined) {
    const endReason = contract.voiding.reason.sentence;
    return end(contract, 'voided', { note: `voided: ${endReason}`, endReason, endedBy: 'us' }, nowMs, atMs);
  }
  if (contract.expiresAtMs !== undefined && atMs >= contract.expiresAtMs - DAY_MS) {
    return end(
      contract,
      'expired',
      { note: 'expired without all signatures', endReason: reason ?? 'expired' },
      nowMs,
      atMs,
    );
  }
  const endReason = `voided outside: ${reason ?? 'no reason was given'}`;
  return end(contract, 'voided', { note: endReason, endReason, endedBy: 'outside' }, nowMs, atMs);
}

function holdWith(
  contract: Contract,
  code: string,
  sentence: string,
  remedy: string,
  nowMs: number,
  atMs: number,
): Contract | undefined {
  const hold = { code, sentence, remedy, sinceMs: nowMs };
  return sameHold(contract.hold, hold) ? undefined : step(contract, { hold }, `held: ${sentence}`, nowMs, atMs);
}

/** A recipient who cannot be reached holds the contract, until that recipient is heard of again. */
function withBounce(informed: Contract, before: Contract, nowMs: number): Contract {
  if (isTerminalState(informed.state)) return informed;
  const failed = informed.recipients.find((each) => each.state === 'failed');
  if (failed === undefined) {
    return informed.hold?.code === 'contract.recipient-failed' ? settle(informed, 'hold') : informed;
  }
  if (before.hold !== undefined && before.hold.code !== 'contract.recipient-failed') return informed;
  return {
    ...informed,
    hold: {
      code: 'contract.recipient-failed',
      sentence: `${failed.name} <${failed.email}> (${failed.role}) could not be reached about contract ${informed.n}`,
      remedy: 'correct the recipient in the envelope at the provider; it goes on by itself from there',
      sinceMs: before.hold?.sinceMs ?? nowMs,
    },
  };
}

function recipientNote(before: Contract, after: Contract): string {
  const changes = after.recipients.filter((each, index) => each !== before.recipients[index]);
  return changes.map((each) => `${each.name} (${each.role}): ${each.state}`).join(', ');
}
