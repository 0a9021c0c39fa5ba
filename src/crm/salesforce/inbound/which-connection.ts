import type { Delivery } from '../../../webhooks/delivery.ts';
import type { ParseContext } from '../../../webhooks/parser.ts';
import { recordId18 } from '../ids.ts';

/** Instead of a connection, for what came through no door: no id of a connection is written so. */
export const NO_CONNECTION: readonly string[] = ['', '-'];

export type Whose =
  | { readonly ok: true; readonly connectionId: string }
  | { readonly ok: false; readonly code: string; readonly sentence: string };

/**
 * The connection of an org, named with 15 or 18 characters. What came through the door with the secret of one
 * connection may speak of that one only: its body proves nothing, and must not spend another connection's reads.
 */
export function connectionOf(orgId: string | undefined, delivery: Delivery, context: ParseContext): Whose {
  if (orgId === undefined || orgId.trim() === '') {
    return {
      ok: false,
      code: 'field.missing',
      sentence: 'the organization id is missing, so nobody can tell whose record it is',
    };
  }
  const wanted = recordId18(orgId);
  if (wanted === undefined) {
    return {
      ok: false,
      code: 'field.wrong',
      sentence: 'the organization id is no Salesforce id of 15 or 18 characters',
    };
  }
  const known = context.connections.filter(({ provider }) => provider === 'salesforce');
  const connection = known.find(({ accountId }) => recordId18(accountId) === wanted);
  if (connection === undefined) {
    const sentence = `no Salesforce connection has the orgId ${wanted}; add the connection or correct its orgId, then replay`;
    return { ok: false, code: 'account.unknown', sentence };
  }
  if (connection.id !== delivery.connectionId && !NO_CONNECTION.includes(delivery.connectionId)) {
    const sentence = `the message is about org ${wanted} of connection ${connection.id}, but was sent to the address of ${delivery.connectionId}; give every org the address of its own connection`;
    return { ok: false, code: 'account.other', sentence };
  }
  return { ok: true, connectionId: connection.id };
}
