import type { Contract } from './contract.ts';
import { longDate } from './wording.ts';

/** `contract 1 is out for signature since 3 May 2026`: where a contract stands, for sentences of decisions. */
export function contractInWords(contract: Contract, timeZone: string): string {
  const name = `contract ${contract.n}`;
  const day = (atMs: number | undefined) => longDate(atMs ?? contract.updatedAtMs, timeZone);
  const reason = contract.endReason === undefined ? '' : ` (${contract.endReason})`;
  switch (contract.state) {
    case 'planned':
      return `${name} is planned since ${day(contract.createdAtMs)}`;
    case 'drafting':
      return `${name} is being drafted`;
    case 'drafted':
      return `${name} is drafted and not sent yet`;
    case 'awaiting-approval':
      return `${name} waits for approval`;
    case 'sending':
      return `${name} is being sent`;
    case 'sent':
    case 'delivered':
      return `${name} is out for signature since ${day(contract.sentAtMs)}`;
    case 'completed':
      return `${name} is signed since ${day(contract.endedAtMs)}`;
    case 'declined':
      return `${name} was declined on ${day(contract.endedAtMs)}${reason}`;
    case 'voided':
      return `${name} was voided on ${day(contract.endedAtMs)}${reason}`;
    case 'expired':
      return `${name} expired on ${day(contract.endedAtMs)}`;
  }
}
