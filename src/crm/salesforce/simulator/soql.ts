import { badRequest } from './failures.ts';
import type { ObjectDefinition } from './field-types.ts';
import { fullId } from './ids.ts';
import type { Org } from './org.ts';
import { fieldOf } from './schema.ts';
import { createSoqlFields, type ResolvedPath } from './soql-fields.ts';
import { filterOf, sorterOf } from './soql-filter.ts';
import { malformedQuery } from './soql-lexer.ts';
import { parseSoql } from './soql-parser.ts';
import type { Condition, Query, Selected } from './soql-types.ts';
import { stageRows } from './stage-rows.ts';
import { isGone, type Row } from './tables.ts';
import type { FieldValue } from './values.ts';

/** A record as an answer shows it: `attributes`, then what was selected, in that order. */
export type Shown = Record<string, unknown>;

export type QueryResult =
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'records'; readonly records: readonly Shown[] };

/** Most rows that OFFSET may skip (SOQL and SOSL Reference, "OFFSET"). */
const MOST_OFFSET = 2000;

/**
 * Runs a query. Throws the 400 that the API answers with.
 *
 * @param base of the URLs in `attributes`, e.g. `/services/data/v66.0`
 */
export function runSoql(org: Org, soql: string, base: string, withDeleted: boolean): QueryResult {
  const { schema, tables, stages } = org;
  const fields = createSoqlFields({ schema, tables });

  const rowsOf = (type: string) => {
    if (type === 'OpportunityStage') return stageRows(org);
    const rows = tables.all(type);
    return type === 'RecordType' && !org.switches.get().recordTypes ? [] : rows;
  };

  /** Looks at the whole query before any record: what is wrong in it is said even if there are none. */
  function matcher(object: ObjectDefinition, query: Query): (among: readonly Row[]) => Row[] {
    const { where, orderBy, limit, offset } = query;
    const test = where === undefined ? () => true : filterOf(object, where, fields, innerValues);
    const compare = orderBy.length === 0 ? undefined : sorterOf(object, orderBy, fields);
    if (offset > MOST_OFFSET) {
      throw badRequest('NUMBER_OUTSIDE_VALID_RANGE', `SOQL offset too large: ${offset}. Max is ${MOST_OFFSET}.`);
    }
    return (among) => {
      const found = among.filter((row) => (withDeleted || !isGone(row)) && test(row));
      const sorted = compare === undefined ? found : found.sort(compare);
      return sorted.slice(offset, limit === undefined ? undefined : offset + limit);
    };
  }

  function innerValues(query: Query): FieldValue[] {
    const object = fields.objectOf(query.from);
    const [only] = query.select === 'count' ? [] : query.select;
    if (only?.kind !== 'field') throw malformedQuery('a semi join needs exactly one field');
    const path = fields.resolve(object, only.path);
    return matcher(object, query)(rowsOf(object.name)).map((row) => fields.valueOf(row, path));
  }

  function children(parent: ObjectDefinition, query: Query): { name: string; of: (row: Row) => unknown } {
    const relationship = schema
      .childrenOf(parent.name)
      .find(({ name }) => name.toLowerCase() === query.from.toLowerCase());
    if (relationship === undefined) {
      throw badRequest(
        'INVALID_TYPE',
        `Didn't understand relationship '${query.from}' in FROM part of query call. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the appropriate names.`,
      );
    }
    const object = schema.object(relationship.object);
    const show = shower(object, query);
    const match = matcher(object, query);
    return {
      name: relationship.name,
      of(row) {
        const own = tables.referring(object.name, relationship.field, row.id);
        const records = match(own).map(show);
        // Without any the answer has null, not an empty list.
        return records.length === 0 ? null : { totalSize: records.length, done: true, records };
      },
    };
  }

  const attributes = (row: Row) => ({ type: row.type, url: `${base}/sobjects/${row.type}/${row.id}` });

  const bytesUrl = (row: Row | undefined, name: string) =>
    row === undefined ? null : `${base}/sobjects/${row.type}/${row.id}/${name}`;

  /** Puts a field into the record, making the records of the relationships on the way. */
  function place(shown: Shown, row: Row, path: ResolvedPath, toLabel: boolean): void {
    let target = shown;
    let at: Row | undefined = row;
    for (const step of path.steps) {
      at = at === undefined ? undefined : fields.follow(at, step.field);
      if (at === undefined) {
        target[step.name] = null;
        return;
      }
      const existing = target[step.name];
      const inner = (existing ?? { attributes: attributes(at) }) as Shown;
      target[step.name] = inner;
      target = inner;
    }
    const value = path.field.type === 'base64' ? bytesUrl(at, path.field.name) : fields.valueOf(row, path);
    const isStage = toLabel && path.field.name === 'StageName';
    target[path.isTypeName ? 'Type' : path.field.name] = isStage ? (stages.find(String(value))?.label ?? value) : value;
  }

  function shower(object: ObjectDefinition, query: Query): (row: Row) => Shown {
    if (query.select === 'count') throw malformedQuery('COUNT() is not allowed in a child query');
    const parts = query.select.map((part: Selected) => {
      if (part.kind === 'children') {
        const list = children(object, part.query);
        return (shown: Shown, row: Row) => {
          shown[list.name] = list.of(row);
        };
      }
      const path = fields.resolve(object, part.path);
      return (shown: Shown, row: Row) => place(shown, row, path, part.toLabel);
    });
    return (row) => {
      const shown: Shown = { attributes: attributes(row) };
      for (const part of parts) part(shown, row);
      return shown;
    };
  }

  /** A query for one record, or for what refers to one, need not look at all. */
  function candidates(object: ObjectDefinition, where: Condition | undefined): Row[] {
    const conditions = where?.kind === 'and' ? where.parts : where === undefined ? [] : [where];
    for (const condition of conditions) {
      if (condition.kind !== 'compare' || condition.operator !== '=' || condition.literal.kind !== 'string') continue;
      const definition = condition.path.length === 1 ? fieldOf(object, condition.path[0] ?? '') : undefined;
      const id = fullId(condition.literal.text);
      if (id === undefined || object.name === 'OpportunityStage') continue;
      if (definition?.type === 'id')
        return rowsOf(object.name).length === 0 ? [] : [tables.get(object.name, id)].flatMap((row) => row ?? []);
      if (definition?.type === 'reference') return tables.referring(object.name, definition.name, id);
    }
    return rowsOf(object.name);
  }

  const query = parseSoql(soql);
  const object = fields.objectOf(query.from);
  if (object.name === 'ContentDocumentLink') refuseWideLinkQuery(query.where);
  const show = query.select === 'count' ? undefined : shower(object, query);
  const found = matcher(object, query)(candidates(object, query.where));
  return show === undefined ? { kind: 'count', count: found.length } : { kind: 'records', records: found.map(show) };
}

/** Links are only found from one of their two ends (object reference, "ContentDocumentLink"). */
function refuseWideLinkQuery(where: Condition | undefined): void {
  const isEnd = (path: readonly string[]) => /^(?:ContentDocumentId|LinkedEntityId)$/i.test(path.join('.'));
  const narrows = (part: Condition): boolean => {
    if (part.kind === 'and') return part.parts.some(narrows);
    if (part.kind === 'compare') return part.operator === '=' && isEnd(part.path);
    return part.kind === 'in' && !part.negated && isEnd(part.path);
  };
  if (where !== undefined && narrows(where)) return;
  throw malformedQuery(
    "Implementation restriction: ContentDocumentLink requires a filter by a single Id on ContentDocumentId or LinkedEntityId using the equals operator or multiple Id's using the IN operator.",
  );
}
