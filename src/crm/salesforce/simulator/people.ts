import type { UserState } from './control-types.ts';
import type { Org } from './org.ts';
import { type Row, textOf } from './tables.ts';
import type { Actor } from './transactions.ts';

/** Users of the org. */
export interface People {
  list(): UserState[];
  row(userId: string): Row | undefined;
  byUsername(username: string): Row | undefined;
  /** By id, username or e-mail; throws an Error that names the users. */
  named(user: string): Row;
  /** Whoever works in the browser: the first user. */
  person(): Actor;
}

export function createPeople(org: Pick<Org, 'tables'>): People {
  const rows = () => org.tables.all('User');
  const same = (left: string, right: string) => left.toLowerCase() === right.toLowerCase();
  return {
    list: () =>
      rows().map((row) => ({
        id: row.id,
        username: textOf(row, 'Username'),
        email: textOf(row, 'Email'),
        name: textOf(row, 'Name'),
        isActive: row.fields['IsActive'] === true,
      })),
    row: (userId) => org.tables.get('User', userId),
    byUsername: (username) => rows().find((row) => same(textOf(row, 'Username'), username)),
    named(user) {
      const found = rows().find(
        (row) => row.id.startsWith(user) || same(textOf(row, 'Email'), user) || same(textOf(row, 'Username'), user),
      );
      if (found !== undefined) return found;
      throw new Error(
        `There is no user ${user}. The org has: ${rows()
          .map((row) => textOf(row, 'Email'))
          .join(', ')}.`,
      );
    },
    person: () => ({ userId: rows()[0]?.id ?? '' }),
  };
}
