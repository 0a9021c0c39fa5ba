import { badRequest } from './failures.ts';
import type { FieldDefinition, ObjectDefinition } from './field-types.ts';
import { fullId } from './ids.ts';
import type { ResolvedPath, SoqlFields } from './soql-fields.ts';
import type { Condition, Literal, Operator, Order, Path, Query } from './soql-types.ts';
import type { Row } from './tables.ts';
import { parseTime } from './times.ts';
import type { FieldValue } from './values.ts';

type Test = (row: Row) => boolean;
type Comparable = string | number | boolean | null;

const NUMBERS = ['double', 'currency', 'percent', 'int'];
const IDS = ['id', 'reference'];

/** How a value is compared: texts without regard to case, times as instants, ids by all 18 characters. */
function comparable({ type }: FieldDefinition, value: FieldValue): Comparable {
  if (typeof value !== 'string') return value;
  if (type === 'datetime') return parseTime(value) ?? null;
  return IDS.includes(type) || type === 'date' ? value : value.toLowerCase();
}

function wrongType({ name }: FieldDefinition, what: string): Error {
  return badRequest('INVALID_FIELD', `value of filter criterion for field '${name}' must be of type ${what}`);
}

/** The literal in the form that the field is compared in; throws what the API says when the two do not fit. */
function literalFor(field: FieldDefinition, literal: Literal): Comparable {
  if (literal.kind === 'null') return null;
  if (IDS.includes(field.type)) {
    const text = literal.kind === 'string' ? literal.text : '';
    if (text === '' && literal.kind === 'string') return null;
    const id = fullId(text);
    if (id === undefined) throw badRequest('INVALID_QUERY_FILTER_OPERATOR', `invalid ID field: ${text}`);
    return id;
  }
  if (NUMBERS.includes(field.type)) {
    if (literal.kind !== 'number') throw wrongType(field, 'double and should not be enclosed in quotes');
    return literal.value;
  }
  switch (field.type) {
    case 'boolean':
      if (literal.kind !== 'boolean') throw wrongType(field, 'boolean and should not be enclosed in quotes');
      return literal.value;
    case 'date':
      if (literal.kind !== 'date') throw wrongType(field, 'date and should not be enclosed in quotes');
      return literal.text;
    case 'datetime':
      if (literal.kind !== 'datetime') throw wrongType(field, 'dateTime and should not be enclosed in quotes');
      return literal.atMs;
    default:
      if (literal.kind !== 'string') throw wrongType(field, 'string and should be enclosed in quotes');
      return literal.text === '' ? null : literal.text.toLowerCase();
  }
}

function compare(left: Comparable, operator: Operator, right: Comparable): boolean {
  switch (operator) {
    case '=':
      return left === right;
    case '!=':
      return left !== right;
    default:
      if (left === null || right === null) return false;
      if (operator === '<') return left < right;
      if (operator === '<=') return left <= right;
      return operator === '>' ? left > right : left >= right;
  }
}

/** `%` is any text, `_` one character, a backslash takes the meaning away. */
function likePattern(pattern: string): RegExp {
  const source = pattern.replace(/\\(.)|([%_])|([.*+?^${}()|[\]/\\-])/gs, (_, escaped, wild, special) => {
    if (escaped !== undefined) return `\\${escaped}`.replace(/^\\([%_])$/, '$1');
    if (wild !== undefined) return wild === '%' ? '.*' : '.';
    return `\\${special}`;
  });
  return new RegExp(`^${source}$`, 'is');
}

/** Long texts can neither be searched nor sorted by (object reference: `Filter` and `Sort` are no properties of them). */
function refuseLongText({ name, type, length }: FieldDefinition, verb: 'filtered' | 'sorted'): void {
  if (type === 'base64' || (type === 'textarea' && length > 255)) {
    throw badRequest('INVALID_FIELD', `field '${name}' can not be ${verb} in a query call`);
  }
}

/** @param idsOf values of the one field that an inner query selects */
export function filterOf(
  object: ObjectDefinition,
  condition: Condition,
  fields: SoqlFields,
  idsOf: (query: Query) => readonly FieldValue[],
): Test {
  const test = (part: Condition): Test => filterOf(object, part, fields, idsOf);
  const filterable = (path: Path): ResolvedPath => {
    const resolved = fields.resolve(object, path);
    refuseLongText(resolved.field, 'filtered');
    return resolved;
  };
  const value = (row: Row, path: ResolvedPath) =>
    path.isTypeName
      ? String(fields.valueOf(row, path)).toLowerCase()
      : comparable(path.field, fields.valueOf(row, path));
  const literalOf = (path: ResolvedPath, literal: Literal) =>
    path.isTypeName && literal.kind === 'string' ? literal.text.toLowerCase() : literalFor(path.field, literal);

  switch (condition.kind) {
    case 'and': {
      const parts = condition.parts.map(test);
      return (row) => parts.every((part) => part(row));
    }
    case 'or': {
      const parts = condition.parts.map(test);
      return (row) => parts.some((part) => part(row));
    }
    case 'not': {
      const part = test(condition.part);
      return (row) => !part(row);
    }
    case 'compare': {
      const path = filterable(condition.path);
      const { operator, literal } = condition;
      if (operator === 'LIKE') {
        if (literal.kind !== 'string' || IDS.includes(path.field.type)) {
          throw badRequest('INVALID_QUERY_FILTER_OPERATOR', `invalid operator on ${path.field.type} field`);
        }
        const pattern = likePattern(literal.pattern);
        return (row) => pattern.test(String(fields.valueOf(row, path) ?? ''));
      }
      const right = literalOf(path, literal);
      return (row) => compare(value(row, path), operator, right);
    }
    case 'in': {
      const path = filterable(condition.path);
      const wanted = new Set(condition.literals.map((literal) => literalOf(path, literal)));
      return (row) => wanted.has(value(row, path)) !== condition.negated;
    }
    case 'in-query': {
      const path = filterable(condition.path);
      const wanted = new Set(idsOf(condition.query));
      return (row) => wanted.has(fields.valueOf(row, path)) !== condition.negated;
    }
    default:
      return condition satisfies never;
  }
}

/** Empty values come first unless the query says otherwise. */
export function sorterOf(object: ObjectDefinition, orderBy: readonly Order[], fields: SoqlFields) {
  const keys = orderBy.map(({ path, descending, nullsLast }) => {
    const resolved = fields.resolve(object, path);
    refuseLongText(resolved.field, 'sorted');
    return { resolved, descending, nullsLast };
  });
  return (left: Row, right: Row): number => {
    for (const { resolved, descending, nullsLast } of keys) {
      const [a, b] = [left, right].map((row) => comparable(resolved.field, fields.valueOf(row, resolved))) as [
        Comparable,
        Comparable,
      ];
      if (a === b) continue;
      if (a === null || b === null) return (a === null) === nullsLast ? 1 : -1;
      return a < b === descending ? 1 : -1;
    }
    return 0;
  };
}
