import type * as z from 'zod';
import type { DealOwner } from '../../../domain/deal-facts.ts';
import { recordId18 } from '../ids.ts';
import { userRow } from '../payloads.ts';
import type { SalesforceClient } from './client.ts';
import { soqlId, soqlText } from './soql.ts';

/** First three characters of the ids of users (Salesforce Help, "Standard Field Record ID Prefix Decoder"). */
const USER_PREFIX = '005';

/** The active user with this address, whatever its case; several users may share one, then the eldest. One request. */
export async function findOwnerByEmail(client: SalesforceClient, email: string): Promise<DealOwner | undefined> {
  const wanted = email.trim();
  if (wanted === '') return undefined;
  const users = await client.query(
    userRow,
    `SELECT Id, Name, Email, IsActive FROM User WHERE Email = ${soqlText(wanted)} AND IsActive = true ORDER BY CreatedDate, Id`,
  );
  const user = users.find(({ Email }) => Email?.toLowerCase() === wanted.toLowerCase());
  return user === undefined ? undefined : ownerOf(user);
}

/** The user with this id; one that was deactivated comes back with `active: false`. One request. */
export async function findOwnerById(client: SalesforceClient, id: string): Promise<DealOwner | undefined> {
  const userId = recordId18(id);
  if (userId === undefined || !userId.startsWith(USER_PREFIX)) return undefined;
  const [user] = await client.query(userRow, `SELECT Id, Name, Email, IsActive FROM User WHERE Id = ${soqlId(userId)}`);
  return user === undefined ? undefined : ownerOf(user);
}

function ownerOf(user: z.infer<typeof userRow>): DealOwner {
  return { id: user.Id, name: user.Name ?? user.Email ?? user.Id, email: user.Email, active: user.IsActive };
}
