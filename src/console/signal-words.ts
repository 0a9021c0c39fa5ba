import type { Contract } from '../domain/contract.ts';
import type { Signal } from '../domain/signals.ts';

/** When the fact happened, by the provider's clock. */
export function signalAtMs(signal: Signal): number {
  switch (signal.kind) {
    case 'transition':
      return signal.enteredAtMs;
    case 'observation':
      return signal.observedAtMs;
    case 'lifecycle':
    case 'envelope':
    case 'hint':
    case 'link':
      return signal.atMs;
  }
}

/** What a signal says, for people; undefined where something else on the timeline tells it. */
export function signalText(signal: Signal, contracts: readonly Contract[]): string | undefined {
  switch (signal.kind) {
    case 'transition':
      return `${signal.connectionId} says: record ${signal.recordId} entered CRM stage ${signal.stageId}`;
    case 'observation':
      return `read of ${signal.connectionId}: the deal is in CRM stage ${signal.stageId}`;
    case 'hint':
      return `${signal.connectionId} says: ${signal.about.replace(/^(association|property):/, '$1 ')} changed`;
    case 'link':
      return `${signal.connectionId} says: record ${signal.recordId} is the same deal as record ${signal.to.recordId} of ${signal.to.connectionId}`;
    case 'lifecycle':
      return signal.what === 'merged'
        ? `the record ${signal.recordId} was merged${signal.intoRecordId === undefined ? '' : ` into ${signal.intoRecordId}`}`
        : `the record ${signal.recordId} was ${signal.what} in the CRM`;
    case 'envelope': {
      // The envelope's own states are steps of the contract; what single people did is told here.
      if (!signal.event.startsWith('recipient-')) return undefined;
      const n = Number(signal.contractRef?.split('/').at(-1));
      const contract = contracts.find((each) => each.envelopeId === signal.envelopeId || each.n === n);
      const person = contract?.recipients.find((each) => each.recipientId === signal.recipientId);
      const name = person === undefined ? `recipient ${signal.recipientId ?? '?'}` : `${person.name} (${person.role})`;
      const reason = signal.reason === undefined ? '' : `: ${signal.reason}`;
      return `contract ${contract?.n ?? '?'}: ${name} ${DID[signal.event] ?? signal.event}${reason}`;
    }
  }
}

const DID: Readonly<Record<string, string>> = {
  'recipient-sent': 'was asked by e-mail',
  'recipient-delivered': 'opened it',
  'recipient-completed': 'is done with it',
  'recipient-declined': 'declined',
  'recipient-failed': 'could not be reached',
  'recipient-reassigned': 'passed it on to somebody else',
};
