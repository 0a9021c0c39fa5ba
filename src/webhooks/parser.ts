import type { ContactRemoval, RecordsToRead, Signal } from '../domain/signals.ts';
import type { Delivery } from './delivery.ts';

/** A connection as parsers need it. */
export interface ParserConnection {
  readonly id: string;
  readonly provider: string;
  /** Account id in the signed body: portalId, OrganizationId, accountId; compared as strings. */
  readonly accountId: string;
  /** Name of the secret that verifies its webhooks; two connections that share one speak for each other. */
  readonly secret?: string;
}

/**
 * Whether a delivery that was verified with the secret of one connection may tell facts of this one. The address selects
 * the secret, the signed body the account: whoever holds the key of a test account must not speak for another one.
 * False as well where the address is of no connection any more: its key may live on with whoever had it.
 */
export function maySpeakFor(
  { connectionId }: Pick<Delivery, 'connectionId'>,
  connection: ParserConnection,
  connections: readonly ParserConnection[],
): boolean {
  const caller = connections.find(({ id }) => id === connectionId);
  if (connectionId === connection.id) return true;
  return caller?.secret !== undefined && caller.secret === connection.secret;
}

export interface ParseContext {
  /** All configured connections of this provider: the body says which one a fact belongs to. */
  readonly connections: readonly ParserConnection[];
  readonly receivedAtMs: number;
}

/** One part of a delivery that could not be understood: kept, shown with its reason, replayable. */
export interface Reject {
  /** e.g. `json.broken`, `account.unknown`, `field.missing` */
  readonly code: string;
  /** What is wrong and what would mend it, one sentence. */
  readonly sentence: string;
  /** Index in the batch, -1 for the whole delivery. */
  readonly index: number;
  /** The part as text, cut at 8,000 characters. */
  readonly excerpt: string;
}

export interface Parsed {
  readonly signals: readonly Signal[];
  /** Records to look at in the CRM, for deliveries that prove nothing by themselves; one per record. */
  readonly reads?: readonly RecordsToRead[];
  /** Contacts that are to be forgotten; one per contact. */
  readonly removals?: readonly ContactRemoval[];
  readonly rejects: readonly Reject[];
  /** Understood and of no interest (kinds we do not use, other people's envelopes): counted per kind. */
  readonly ignored: Readonly<Record<string, number>>;
}

/** The part of a provider that the record function knows. Pure; never throws on hostile input; reaches no SDK. */
export interface Parser {
  readonly provider: string;
  /**
   * Where this provider's events come through EventBridge: the beginning of the `source` of its partner event sources.
   * Such a delivery's body is the whole EventBridge event as it arrived.
   */
  readonly partnerSourcePrefix?: string;
  parse(delivery: Delivery, context: ParseContext): Parsed;
}
