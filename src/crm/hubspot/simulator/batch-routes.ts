import type { Context } from 'hono';
import * as z from 'zod';
import { ApiFailure, badRequest } from './failures.ts';
import { kindOf, readBody, type SimulatorApp, type SimulatorEnv } from './http.ts';
import { isoInstant } from './instants.ts';
import type { ObjectKind } from './kinds.ts';
import type { StoredObject } from './model.ts';
import { createSchema, idSchema, locate, prepareCreate, valuesSchema } from './object-inputs.ts';
import { viewObject, viewWritten } from './object-view.ts';
import type { Portal } from './portal.ts';

const BASE = '/crm/v3/objects/:type/batch';
/** Most inputs of one batch (HubSpot "Understanding the CRM APIs"). */
const BATCH_LIMIT = 100;

const readSchema = z.object({
  inputs: z.array(z.object({ id: idSchema })),
  properties: z.array(z.string()).optional(),
  propertiesWithHistory: z.array(z.string()).optional(),
  idProperty: z.string().nullish(),
});
const changeSchema = z.object({
  inputs: z.array(
    z.object({
      id: idSchema,
      idProperty: z.string().nullish(),
      properties: valuesSchema,
      objectWriteTraceId: z.string().optional(),
    }),
  ),
});
const createBatchSchema = z.object({ inputs: z.array(createSchema) });
const archiveSchema = z.object({ inputs: z.array(z.object({ id: idSchema })) });

type BatchError = Readonly<Record<string, unknown>>;

/** Many records in one request; 207 when some of them failed. */
export function batchRoutes(app: SimulatorApp, portal: Portal): void {
  const { objects, clock, app: source } = portal;

  function answer(
    c: Context<SimulatorEnv>,
    results: readonly unknown[],
    errors: readonly BatchError[],
    success: 200 | 201,
  ): Response {
    const at = isoInstant(clock.nowMs());
    const body = { status: 'COMPLETE', results, startedAt: at, completedAt: at };
    if (errors.length === 0) return c.json(body, success);
    return c.json({ ...body, numErrors: errors.length, errors }, 207);
  }

  app.post(`${BASE}/read`, async (c) => {
    const kind = kindOf(c.req.param('type'));
    const body = await readBody(c, readSchema);
    limited(body.inputs);
    const archived = c.req.query('archived') === 'true';
    const results: unknown[] = [];
    const missing: string[] = [];
    for (const { id } of body.inputs) {
      const object = attempt(() => locate(portal, kind.type, id, body.idProperty ?? undefined, archived));
      if (object === undefined) missing.push(id);
      else results.push(viewObject(portal, object, body));
    }
    return answer(c, results, missing.length === 0 ? [] : [notThere(kind, missing)], 200);
  });

  app.post(`${BASE}/create`, async (c) => {
    const { type } = kindOf(c.req.param('type'));
    const { inputs } = await readBody(c, createBatchSchema);
    limited(inputs);
    const traced = inputs.every((input) => input.objectWriteTraceId !== undefined);
    const results: unknown[] = [];
    const errors: BatchError[] = [];
    // Without trace ids one bad input refuses the whole batch, so everything is checked before anything is made.
    const prepared = inputs.map((input) => {
      if (!traced) return prepareCreate(portal, type, input, source);
      return () => prepareCreate(portal, type, input, source)();
    });
    for (const [index, create] of prepared.entries()) {
      try {
        const trace = inputs[index]?.objectWriteTraceId;
        const view = viewWritten(portal, create());
        results.push(trace === undefined ? view : { ...view, objectWriteTraceId: trace });
      } catch (error) {
        if (!traced || !(error instanceof ApiFailure)) throw error;
        errors.push({ ...error.body, context: { objectWriteTraceId: [inputs[index]?.objectWriteTraceId] } });
      }
    }
    return answer(c, results, errors, 201);
  });

  app.post(`${BASE}/update`, async (c) => {
    const kind = kindOf(c.req.param('type'));
    const { inputs } = await readBody(c, changeSchema);
    limited(inputs);
    const missing: string[] = [];
    const found = inputs.flatMap((input) => {
      const object = attempt(() => locate(portal, kind.type, input.id, input.idProperty ?? undefined));
      if (object === undefined) missing.push(input.id);
      else objects.check(kind.type, input.properties, object);
      return object === undefined ? [] : [{ object, properties: input.properties }];
    });
    const results = found.map(({ object, properties }) => {
      const fresh = objects.find(kind.type, object.id) ?? object;
      return viewWritten(portal, objects.update(fresh, properties, source));
    });
    return answer(c, results, missing.length === 0 ? [] : [notThere(kind, missing)], 200);
  });

  app.post(`${BASE}/upsert`, async (c) => {
    const { type } = kindOf(c.req.param('type'));
    const { inputs } = await readBody(c, changeSchema);
    limited(inputs);
    const results = inputs.map(({ id, idProperty, properties, objectWriteTraceId }) => {
      const byProperty = idProperty ?? undefined;
      const existing = attempt(() => locate(portal, type, id, byProperty));
      const object =
        existing === undefined
          ? objects.create(type, byProperty === undefined ? properties : { ...properties, [byProperty]: id }, source)
          : objects.update(existing, properties, source);
      const trace = objectWriteTraceId === undefined ? {} : { objectWriteTraceId };
      return { ...viewWritten(portal, object), new: existing === undefined, ...trace };
    });
    return answer(c, results, [], 200);
  });

  app.post(`${BASE}/archive`, async (c) => {
    const { type } = kindOf(c.req.param('type'));
    const { inputs } = await readBody(c, archiveSchema);
    limited(inputs);
    for (const { id } of inputs) {
      const object = objects.find(type, id);
      if (object !== undefined && !object.archived) objects.archive(object, source);
    }
    return c.body(null, 204);
  });
}

function limited(inputs: readonly unknown[]): void {
  if (inputs.length > BATCH_LIMIT) throw badRequest(`A batch may have ${BATCH_LIMIT} inputs, not ${inputs.length}.`);
}

/** Undefined where the record does not exist; other refusals go on. */
function attempt(find: () => StoredObject): StoredObject | undefined {
  try {
    return find();
  } catch (error) {
    if (error instanceof ApiFailure && error.status === 404) return undefined;
    throw error;
  }
}

function notThere(kind: ObjectKind, ids: readonly string[]): BatchError {
  return {
    status: 'error',
    category: 'OBJECT_NOT_FOUND',
    message: `Could not get some ${kind.singular.toUpperCase()} objects, they may be deleted or not exist. Check that ids are valid.`,
    context: { ids },
  };
}
