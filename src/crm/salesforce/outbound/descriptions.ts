import { isHubError } from '../../../domain/errors.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Description, ObjectType, SalesforceClient } from './client.ts';

/** A description is large and changes when somebody deploys something. */
const KEPT_MS = 300_000;

/** What the org has of one type of record, as far as the integration user sees it. */
export interface Described {
  /** The field with this name, whatever its case; undefined where the org has none or hides it. */
  field(name: string): DescribedField | undefined;
  /** False only when the org told its child relationships and this one was not among them. */
  hasChildren(relationship: string): boolean;
}

export type DescribedField = Description['fields'][number];

export interface Descriptions {
  /** One request in five minutes and process, for each type; `fresh` asks again. */
  of(type: ObjectType, options?: { readonly fresh?: boolean }): Promise<Described>;
  /** What is known already, without asking. */
  known(type: ObjectType): Described | undefined;
  /** For reads: does `work` again with a fresh description when the org does not have a field that it had before. */
  use<T>(type: ObjectType, work: (described: Described) => Promise<T>): Promise<T>;
}

export function createDescriptions(client: SalesforceClient, clock: Clock): Descriptions {
  const kept = new Map<ObjectType, { readonly described: Described; readonly untilMs: number }>();

  async function of(type: ObjectType, options: { readonly fresh?: boolean } = {}): Promise<Described> {
    const known = kept.get(type);
    if (known !== undefined && options.fresh !== true && clock.nowMs() < known.untilMs) return known.described;
    const described = describedAs(await client.describe(type));
    kept.set(type, { described, untilMs: clock.nowMs() + KEPT_MS });
    return described;
  }

  return {
    of,
    known: (type) => kept.get(type)?.described,
    async use(type, work) {
      const described = await of(type);
      try {
        return await work(described);
      } catch (error) {
        if (!isHubError(error) || error.context.errorCode !== 'INVALID_FIELD') throw error;
        return await work(await of(type, { fresh: true }));
      }
    },
  };
}

function describedAs({ fields, childRelationships }: Description): Described {
  const byName = new Map(fields.map((field) => [field.name.toLowerCase(), field]));
  return {
    field: (name) => byName.get(name.toLowerCase()),
    hasChildren: (relationship) => childRelationships?.includes(relationship) ?? true,
  };
}
