import * as z from 'zod';
import { kindOf, page, queryLimit, queryList, readBody, type SimulatorApp } from './http.ts';
import { createSchema, idSchema, locate, prepareCreate, valuesSchema } from './object-inputs.ts';
import { viewObject, viewWritten } from './object-view.ts';
import type { Portal } from './portal.ts';

const BASE = '/crm/v3/objects/:type';
const updateSchema = z.object({ properties: valuesSchema });
const privacySchema = z.object({ objectId: idSchema, idProperty: z.string().optional() });
const mergeSchema = z.object({ primaryObjectId: idSchema, objectIdToMerge: idSchema });

/** Single records: list, read, create, change, delete, merge (HubSpot "Understanding the CRM APIs", v3). */
export function objectRoutes(app: SimulatorApp, portal: Portal): void {
  const { objects, app: source } = portal;

  app.get(BASE, (c) => {
    const { type } = kindOf(c.req.param('type'));
    const archived = c.req.query('archived') === 'true';
    const all = objects.all(type).filter((object) => object.archived === archived);
    const { results, ...paging } = page(all, queryLimit(c, 10, 100), c.req.query('after'));
    return c.json({ results: results.map((object) => viewObject(portal, object, viewOptions(c))), ...paging });
  });

  app.post(BASE, async (c) => {
    const { type } = kindOf(c.req.param('type'));
    const create = prepareCreate(portal, type, await readBody(c, createSchema), source);
    return c.json(viewWritten(portal, create()), 201);
  });

  app.post(`${BASE}/merge`, async (c) => {
    const { type } = kindOf(c.req.param('type'));
    const { primaryObjectId, objectIdToMerge } = await readBody(c, mergeSchema);
    const merged = portal.merge(objects.read(type, primaryObjectId), objects.read(type, objectIdToMerge), source);
    return c.json(viewWritten(portal, merged));
  });

  // For contacts alone (HubSpot API reference, "Permanently delete a contact (GDPR-compliant)").
  app.post('/crm/v3/objects/contacts/gdpr-delete', async (c) => {
    const { objectId, idProperty } = await readBody(c, privacySchema);
    objects.erase(locate(portal, 'contacts', objectId, idProperty), source);
    return c.body(null, 204);
  });

  app.get(`${BASE}/:id`, (c) => {
    const { type } = kindOf(c.req.param('type'));
    const archived = c.req.query('archived') === 'true';
    const object = locate(portal, type, c.req.param('id'), c.req.query('idProperty'), archived);
    return c.json(viewObject(portal, object, viewOptions(c)));
  });

  app.patch(`${BASE}/:id`, async (c) => {
    const { type } = kindOf(c.req.param('type'));
    const object = locate(portal, type, c.req.param('id'), c.req.query('idProperty'));
    const { properties } = await readBody(c, updateSchema);
    return c.json(viewWritten(portal, objects.update(object, properties, source)));
  });

  // Deleting what is gone already is a success.
  app.delete(`${BASE}/:id`, (c) => {
    const object = objects.find(kindOf(c.req.param('type')).type, c.req.param('id'));
    if (object !== undefined && !object.archived) objects.archive(object, source);
    return c.body(null, 204);
  });
}

function viewOptions(c: Parameters<typeof queryList>[0]) {
  return {
    properties: queryList(c, 'properties'),
    propertiesWithHistory: queryList(c, 'propertiesWithHistory'),
    associations: queryList(c, 'associations'),
  };
}
