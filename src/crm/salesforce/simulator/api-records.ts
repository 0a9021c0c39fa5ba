import { type ApiRequest, type ApiResponse, baseOf, fieldsBody, objectAt, type Route, shownRow } from './api-types.ts';
import { ApiFailure, badRequest, noSuchKey, notFound, notSaved } from './failures.ts';
import type { ObjectDefinition } from './field-types.ts';
import { fullId } from './ids.ts';
import type { Org } from './org.ts';
import { fieldOf } from './schema.ts';
import { type Row, textOf } from './tables.ts';
import { parseTime } from './times.ts';
import { findByKey, upsertRow } from './upsert.ts';

/** Single records: `sobjects/<object>`, by id and by external id. */
export function recordRoutes(org: Org): readonly Route[] {
  function create(request: ApiRequest, name: string): ApiResponse {
    const object = objectAt(org, name);
    refuse(object, 'create');
    const row = org.create(object, fieldsBody(request), request.actor);
    const location = `${baseOf(request)}/sobjects/${object.name}/${row.id}`;
    return { status: 201, body: { id: row.id, success: true, errors: [] }, headers: { Location: location } };
  }

  function read(request: ApiRequest, name: string, id: string): ApiResponse {
    const object = objectAt(org, name);
    const row = rowAt(org, object, id);
    const wanted = request.query.get('fields')?.split(',') ?? [];
    const fields = wanted.map((each) => {
      const found = fieldOf(object, each.trim());
      if (found !== undefined) return found;
      throw badRequest('INVALID_FIELD', `No such column '${each}' on sobject of type ${object.name}`);
    });
    const shown = fields.length === 0 ? object.fields : fields;
    const withId = shown.some(({ name: each }) => each === 'Id') ? shown : [...shown, ...object.fields.slice(0, 1)];
    const modified = parseTime(textOf(row, 'LastModifiedDate'));
    const headers = modified === undefined ? {} : { 'Last-Modified': new Date(modified).toUTCString() };
    return { status: 200, body: shownRow(row, withId, baseOf(request)), headers };
  }

  return [
    {
      method: 'POST',
      path: /^\/sobjects\/([^/]+)\/?$/,
      handle: (request, [name = '']) => create(request, name),
    },
    {
      method: 'GET',
      path: /^\/sobjects\/ContentVersion\/([^/]+)\/VersionData$/i,
      handle(_, [id = '']) {
        const row = rowAt(org, org.schema.object('ContentVersion'), id);
        const bytes = org.content.bytes(row.id);
        if (bytes === undefined) throw notFound();
        const headers = { 'content-type': 'application/octetstream' };
        return { status: 200, bytes: new Uint8Array(bytes), headers };
      },
    },
    {
      method: 'GET',
      path: /^\/sobjects\/([^/]+)\/([^/]+)$/,
      handle: (request, [name = '', id = '']) => read(request, name, id),
    },
    {
      method: 'PATCH',
      path: /^\/sobjects\/([^/]+)\/([^/]+)$/,
      handle(request, [name = '', id = '']) {
        const object = objectAt(org, name);
        refuse(object, 'update');
        const row = rowAt(org, object, id);
        refuseModified(request, row);
        org.update(row, fieldsBody(request), request.actor);
        return { status: 204 };
      },
    },
    {
      method: 'DELETE',
      path: /^\/sobjects\/([^/]+)\/([^/]+)$/,
      handle(request, [name = '', id = '']) {
        const object = objectAt(org, name);
        refuse(object, 'delete');
        org.remove(rowAt(org, object, id), request.actor);
        return { status: 204 };
      },
    },
    ...(['GET', 'PATCH', 'DELETE'] as const).map(
      (method): Route => ({
        method,
        path: /^\/sobjects\/([^/]+)\/([^/]+)\/([^/]+)$/,
        handle: (request, [name = '', field = '', value = '']) =>
          byExternalId(org, request, { name, field, value }, read),
      }),
    ),
  ];
}

function byExternalId(
  org: Org,
  request: ApiRequest,
  at: { name: string; field: string; value: string },
  read: (request: ApiRequest, name: string, id: string) => ApiResponse,
): ApiResponse {
  const object = objectAt(org, at.name);
  // The end of a path that looks like a file is taken for a format (object rows by external id, "values with a period").
  if (/\.(?:inc|json|xml|html?)$/i.test(at.value)) throw notFound();
  const key = { object, field: at.field, value: at.value };
  if (request.method === 'PATCH') {
    refuse(object, 'update');
    const isUpdateOnly = request.query.get('updateOnly') === 'true';
    const done = upsertRow(org, key, fieldsBody(request), request.actor, isUpdateOnly);
    if (done.kind === 'several') return severalFound(request, done.rows);
    if (!done.created && Number(request.version) < 46) return { status: 204 };
    const body = { id: done.row.id, success: true, errors: [], created: done.created };
    return { status: done.created ? 201 : 200, body };
  }
  const found = findByKey(org, key);
  if (found.length > 1) return severalFound(request, found);
  const [only] = found;
  if (only === undefined) throw notFound();
  if (request.method === 'GET') return read(request, object.name, only.id);
  refuse(object, 'delete');
  org.remove(only, request.actor);
  return { status: 204 };
}

function severalFound(request: ApiRequest, rows: readonly Row[]): ApiResponse {
  return { status: 300, body: rows.map(({ type, id }) => `${baseOf(request)}/sobjects/${type}/${id}`) };
}

/** The record of an id in a path, deleted ones too: what is done to them says so. */
export function rowAt(org: Org, object: ObjectDefinition, id: string): Row {
  const isShaped = /^[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?$/.test(id);
  if (!isShaped) throw noSuchKey(id);
  const full = fullId(id);
  if (full === undefined) throw notSaved('MALFORMED_ID', `malformed id ${id}`);
  return org.read(object, full);
}

/** A client may ask that nothing happened since (REST API Developer Guide, "Conditional Requests"). */
function refuseModified(request: ApiRequest, row: Row): void {
  const sinceMs = Date.parse(request.header('if-unmodified-since') ?? '');
  const modifiedMs = parseTime(textOf(row, 'LastModifiedDate')) ?? 0;
  if (Number.isNaN(sinceMs) || modifiedMs <= sinceMs) return;
  const message = 'The record was modified after the date in the header If-Unmodified-Since';
  throw new ApiFailure(412, [{ errorCode: 'PRECONDITION_FAILED', message }]);
}

export function refuse(object: ObjectDefinition, what: 'create' | 'update' | 'delete'): void {
  const may = { create: object.createable, update: object.updateable, delete: object.deletable };
  if (may[what]) return;
  const verb = { create: 'inserted', update: 'updated', delete: 'deleted' }[what];
  throw notSaved('CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', `entity type cannot be ${verb}: ${object.label}`);
}
