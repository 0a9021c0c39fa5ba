import { envelopeView } from './envelope-view.ts';
import { commaList } from './loose.ts';
import type { SimEnvelope } from './state.ts';
import { invalidParameter } from './wire-error.ts';
import type { World } from './world.ts';

/** "Use a transactionId to find the envelope you created": ids are known for seven days. */
export const TRANSACTION_LIFETIME_MS = 7 * 86_400_000;
const LARGEST_PAGE = 1000;

export type Query = Readonly<Record<string, string>>;

function date(query: Query, name: string): number | undefined {
  const value = query[name];
  if (value === undefined || value === '') return undefined;
  const atMs = Date.parse(value);
  if (Number.isNaN(atMs)) throw invalidParameter(`Query parameter '${name}' must be set to a valid DateTime.`);
  return atMs;
}

function byTransactions(world: World, ids: readonly string[]): SimEnvelope[] {
  return ids.flatMap((id) => {
    const known = world.transactions.get(id);
    if (known === undefined || world.nowMs() - known.atMs > TRANSACTION_LIFETIME_MS) return [];
    return known.envelopeIds.flatMap((envelopeId) => world.envelopes.get(envelopeId) ?? []);
  });
}

function matchesField(world: World, envelope: SimEnvelope, wanted: string | undefined): boolean {
  if (wanted === undefined || wanted === '') return true;
  const at = wanted.indexOf('=');
  if (at < 1) throw invalidParameter("Query parameter 'custom_field' must have the form name=value.");
  // Searching goes through an index that may lag behind.
  if (world.nowMs() - envelope.createdAtMs < world.switches().customFieldLagMs) return false;
  const name = wanted.slice(0, at);
  const value = wanted.slice(at + 1);
  return envelope.customFields.some((field) => field.name === name && field.value === value);
}

function select(world: World, query: Query): SimEnvelope[] {
  const transactionIds = commaList(query.transaction_ids);
  const envelopeIds = commaList(query.envelope_ids);
  const fromMs = date(query, 'from_date');
  if (transactionIds.length > 0) return byTransactions(world, transactionIds);
  if (envelopeIds.length === 0 && fromMs === undefined) {
    throw invalidParameter(
      "Query parameter 'from_date' must be set to a valid DateTime, or 'envelope_ids' or 'transaction_ids' must be specified.",
    );
  }
  const all =
    envelopeIds.length > 0
      ? envelopeIds.flatMap((id) => world.envelopes.get(id.toLowerCase()) ?? [])
      : world.envelopes.values();
  const untilMs = date(query, 'to_date') ?? Number.POSITIVE_INFINITY;
  return all.filter(
    ({ statusChangedAtMs }) =>
      statusChangedAtMs >= (fromMs ?? Number.NEGATIVE_INFINITY) && statusChangedAtMs <= untilMs,
  );
}

function whole(query: Query, name: string, fallback: number): number {
  const value = query[name];
  if (value === undefined || value === '') return fallback;
  if (!/^\d{1,9}$/.test(value)) throw invalidParameter(`Query parameter '${name}' must be a whole number.`);
  return Number(value);
}

/**
 * Envelopes: listStatusChanges. An empty answer has no `envelopes` at all.
 * Throws WireError when none of from_date, envelope_ids, transaction_ids is there.
 */
export function listEnvelopes(world: World, query: Query): Record<string, unknown> {
  const statuses = commaList(query.status).map((status) => status.toLowerCase());
  const hidden = world.switches().recycledDraft === 'not-found';
  const found = select(world, query)
    .filter((envelope) => !(hidden && envelope.status === 'deleted'))
    .filter((envelope) => statuses.length === 0 || statuses.includes('any') || statuses.includes(envelope.status))
    .filter((envelope) => matchesField(world, envelope, query.custom_field))
    .sort((a, b) => a.statusChangedAtMs - b.statusChangedAtMs);
  if (query.order === 'desc') found.reverse();
  const start = whole(query, 'start_position', 0);
  const page = found.slice(start, start + Math.min(LARGEST_PAGE, whole(query, 'count', LARGEST_PAGE)));
  const next = start + page.length;
  const uri = (position: number) => {
    const parameters = new URLSearchParams({ ...query, start_position: String(position) });
    return `/envelopes?${parameters.toString()}`;
  };
  const statusOf = (envelope: SimEnvelope) => ({
    transactionId: envelope.transactionId,
    envelopeId: envelope.envelopeId,
    status: envelope.status,
  });
  const byTransaction = commaList(query.transaction_ids).length > 0 && page.length > 0;
  return {
    resultSetSize: String(page.length),
    startPosition: String(start),
    endPosition: String(Math.max(start, next - 1)),
    totalSetSize: String(found.length),
    nextUri: next < found.length ? uri(next) : '',
    previousUri: start > 0 ? uri(0) : '',
    ...(page.length === 0
      ? {}
      : { envelopes: page.map((envelope) => envelopeView(world, envelope, commaList(query.include))) }),
    ...(byTransaction ? { envelopeTransactionStatuses: page.map(statusOf) } : {}),
  };
}
