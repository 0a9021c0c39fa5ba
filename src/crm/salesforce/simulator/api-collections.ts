import { refuse, rowAt } from './api-records.ts';
import { type ApiRequest, baseOf, isInput, jsonBody, objectAt, type Route, shownRow } from './api-types.ts';
import { ApiFailure, badRequest, notFound } from './failures.ts';
import type { ObjectDefinition } from './field-types.ts';
import type { Org } from './org.ts';
import { fieldOf } from './schema.ts';
import { upsertRow } from './upsert.ts';
import type { Input } from './write-rules.ts';

const MOST_RECORDS = 200;

interface SaveError {
  readonly statusCode: string;
  readonly message: string;
  readonly fields: readonly string[];
}
interface SaveResult {
  readonly id?: string;
  readonly success: boolean;
  readonly errors: readonly SaveError[];
  readonly created?: boolean;
}

const ROLLED_BACK: SaveError = {
  statusCode: 'ALL_OR_NONE_OPERATION_ROLLED_BACK',
  message: 'Record rolled back because not all records were valid and the request was using AllOrNone header',
  fields: [],
};

/** Thrown to roll back, caught at once. */
class RolledBack extends Error {}

/** Up to 200 records in one call (REST API Developer Guide, "Using sObject Collections"): errors are per record. */
export function collectionRoutes(org: Org): readonly Route[] {
  /** One transaction; a record that fails leaves no trace, and with `allOrNone` neither do the others. */
  function save<T>(request: ApiRequest, items: readonly T[], isAllOrNone: boolean, one: (item: T) => SaveResult) {
    if (items.length > MOST_RECORDS) {
      throw badRequest(
        'EXCEEDED_ID_LIMIT',
        `record limit reached. cannot submit more than ${MOST_RECORDS} records into this call`,
      );
    }
    let results: SaveResult[] = [];
    try {
      org.transactions.run(request.actor, () => {
        results = items.map((item): SaveResult => {
          try {
            return org.transactions.run(request.actor, () => one(item));
          } catch (error) {
            if (!(error instanceof ApiFailure)) throw error;
            return { success: false, errors: error.errors.map(saveError) };
          }
        });
        if (isAllOrNone && results.some(({ success }) => !success)) throw new RolledBack();
      });
    } catch (error) {
      if (!(error instanceof RolledBack)) throw error;
      results = results.map((result) => (result.success ? { success: false, errors: [ROLLED_BACK] } : result));
    }
    return { status: 200, body: results };
  }

  const typeOf = (record: Input): ObjectDefinition => {
    const attributes = record['attributes'];
    const type = isInput(attributes) ? attributes['type'] : undefined;
    if (typeof type !== 'string') throw badRequest('INVALID_TYPE', 'Include a type in the attributes of every record.');
    const object = org.schema.find(type);
    if (object === undefined) throw badRequest('INVALID_TYPE', `sObject type '${type}' is not supported.`);
    return object;
  };
  const withoutId = ({ id: _, Id: __, ...record }: Record<string, unknown>): Input => record;

  function retrieve(request: ApiRequest, name: string, ids: readonly string[], wanted: readonly string[]) {
    const object = objectAt(org, name);
    const fields = wanted.map((each) => {
      const found = fieldOf(object, each);
      if (found !== undefined) return found;
      throw badRequest('INVALID_FIELD', `No such column '${each}' on sobject of type ${object.name}`);
    });
    const body = ids.map((id) => {
      try {
        return shownRow(rowAt(org, object, id), fields, baseOf(request));
      } catch {
        return null;
      }
    });
    return { status: 200, body };
  }

  return [
    {
      method: 'POST',
      path: /^\/composite\/sobjects\/?$/,
      handle(request) {
        const { records, allOrNone } = recordsBody(request);
        return save(request, records, allOrNone, (record) => {
          const object = typeOf(record);
          refuse(object, 'create');
          return { id: org.create(object, record, request.actor).id, success: true, errors: [] };
        });
      },
    },
    {
      method: 'PATCH',
      path: /^\/composite\/sobjects\/?$/,
      handle(request) {
        const { records, allOrNone } = recordsBody(request);
        return save(request, records, allOrNone, (record) => {
          const object = typeOf(record);
          refuse(object, 'update');
          const row = rowAt(org, object, String(record['id'] ?? record['Id']));
          org.update(row, withoutId(record), request.actor);
          return { id: row.id, success: true, errors: [] };
        });
      },
    },
    {
      method: 'DELETE',
      path: /^\/composite\/sobjects\/?$/,
      handle(request) {
        const ids = (request.query.get('ids') ?? '').split(',').filter((id) => id !== '');
        return save(request, ids, request.query.get('allOrNone') === 'true', (id) => {
          const row = org.schema
            .objects()
            .map((object) => org.tables.get(object.name, id))
            .find((each) => each !== undefined);
          if (row === undefined) throw notFound();
          refuse(org.schema.object(row.type), 'delete');
          org.remove(row, request.actor);
          return { id: row.id, success: true, errors: [] };
        });
      },
    },
    {
      method: 'GET',
      path: /^\/composite\/sobjects\/([^/]+)$/,
      handle: (request, [name = '']) =>
        retrieve(request, name, list(request.query.get('ids')), list(request.query.get('fields'))),
    },
    {
      method: 'POST',
      path: /^\/composite\/sobjects\/([^/]+)$/,
      handle(request, [name = '']) {
        const body = jsonBody(request);
        const texts = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);
        if (!isInput(body)) throw badRequest('JSON_PARSER_ERROR', 'The body has to be an object with ids and fields.');
        return retrieve(request, name, texts(body['ids']), texts(body['fields']));
      },
    },
    {
      method: 'PATCH',
      path: /^\/composite\/sobjects\/([^/]+)\/([^/]+)$/,
      handle(request, [name = '', field = '']) {
        const object = objectAt(org, name);
        const { records, allOrNone } = recordsBody(request);
        return save(request, records, allOrNone, ({ [field]: value, ...record }) => {
          const key = { object, field, value: String(value ?? '') };
          const done = upsertRow(org, key, withoutId(record), request.actor, false);
          if (done.kind === 'done') return { id: done.row.id, success: true, errors: [], created: done.created };
          const message = `${field}: more than one record found for external id field: [${done.rows.map(({ id }) => id).join(', ')}]`;
          return { success: false, errors: [{ statusCode: 'DUPLICATE_EXTERNAL_ID', message, fields: [field] }] };
        });
      },
    },
  ];
}

function recordsBody(request: ApiRequest): { records: readonly Input[]; allOrNone: boolean } {
  const body = jsonBody(request);
  const records = isInput(body) ? body['records'] : undefined;
  if (!isInput(body) || !Array.isArray(records) || !records.every(isInput)) {
    throw badRequest('JSON_PARSER_ERROR', 'The body has to be an object with a list of records.');
  }
  return { records, allOrNone: body['allOrNone'] === true };
}

function list(text: string | null): string[] {
  return (text ?? '').split(',').filter((each) => each !== '');
}

/** Save results call the code `statusCode`, error answers call it `errorCode`. */
function saveError({ errorCode, message, fields }: ApiFailure['errors'][number]): SaveError {
  return { statusCode: errorCode, message, fields: fields ?? [] };
}
