import * as z from 'zod';
import type { End, Link } from './associations.ts';
import { ApiFailure, badRequest } from './failures.ts';
import { kindOf, page, queryLimit, readBody, type SimulatorApp } from './http.ts';
import { isoInstant } from './instants.ts';
import { OBJECT_KINDS } from './kinds.ts';
import type { ObjectType } from './model.ts';
import { idSchema, specSchema } from './object-inputs.ts';
import type { Portal } from './portal.ts';

const OBJECT = '/crm/v4/objects/:from/:fromId/associations';
const BATCH = '/crm/v4/associations/:from/:to';
/** Inputs of one request (HubSpot "Associations API v4"). */
const READ_LIMIT = 1000;
const CREATE_LIMIT = 2000;
const PAGE_LIMIT = 500;

const endSchema = z.object({ id: idSchema });
const readSchema = z.object({ inputs: z.array(endSchema) });
const pairSchema = z.object({ from: endSchema, to: endSchema });
const defaultSchema = z.object({ inputs: z.array(pairSchema) });
const createSchema = z.object({ inputs: z.array(pairSchema.extend({ types: z.array(specSchema) })) });
const archiveSchema = z.object({ inputs: z.array(z.object({ from: endSchema, to: z.array(endSchema) })) });
const labelSchema = z.object({ label: z.string(), name: z.string() });

/** Associations v4: read, default and labelled links, batches, labels. Ids are numbers here, unlike everywhere else. */
export function associationRoutes(app: SimulatorApp, portal: Portal): void {
  const { associations, labels, objects, clock, app: source } = portal;

  const viewLink = (from: End, link: Link) => ({
    toObjectId: Number(link.to.id),
    associationTypes: link.specs.map(({ category, typeId }) => ({
      category,
      typeId,
      label: labels.find(from.type, link.to.type, { category, typeId })?.label ?? null,
    })),
  });
  const viewLabels = (from: End, to: End) => ({
    fromObjectTypeId: OBJECT_KINDS[from.type].typeId,
    fromObjectId: Number(from.id),
    toObjectTypeId: OBJECT_KINDS[to.type].typeId,
    toObjectId: Number(to.id),
    labels: (associations.linksOf(from, to.type).find((link) => link.to.id === to.id)?.specs ?? []).flatMap((spec) => {
      const label = labels.find(from.type, to.type, spec)?.label;
      return label === null || label === undefined ? [] : [label];
    }),
  });
  const complete = (results: readonly unknown[]) => {
    const at = isoInstant(clock.nowMs());
    return { status: 'COMPLETE', results, startedAt: at, completedAt: at };
  };
  const linkByDefault = (from: End, to: End) => {
    associations.connect(from, to, 'default', source);
    return [from, to].map((end) => {
      const other = end === from ? to : from;
      const type = labels.list(end.type, other.type).find((each) => each.label === null);
      return {
        from: { id: end.id },
        to: { id: other.id },
        associationSpec: { associationCategory: 'HUBSPOT_DEFINED', associationTypeId: type?.typeId },
      };
    });
  };
  const end = (type: ObjectType, id: string): End => ({ type, id });

  app.get(`${OBJECT}/:to`, (c) => {
    const from = objects.read(kindOf(c.req.param('from')).type, c.req.param('fromId'));
    const links = associations.linksOf(from, kindOf(c.req.param('to')).type);
    const { results, ...paging } = page(links, queryLimit(c, PAGE_LIMIT, PAGE_LIMIT), c.req.query('after'));
    return c.json({ results: results.map((link) => viewLink(from, link)), ...paging });
  });

  app.put(`${OBJECT}/default/:to/:toId`, (c) => {
    const from = end(kindOf(c.req.param('from')).type, c.req.param('fromId'));
    return c.json(complete(linkByDefault(from, end(kindOf(c.req.param('to')).type, c.req.param('toId')))));
  });

  app.put(`${OBJECT}/:to/:toId`, async (c) => {
    const from = end(kindOf(c.req.param('from')).type, c.req.param('fromId'));
    const to = end(kindOf(c.req.param('to')).type, c.req.param('toId'));
    associations.connect(from, to, await readBody(c, z.array(specSchema).min(1)), source);
    return c.json(viewLabels(from, to), 201);
  });

  app.delete(`${OBJECT}/:to/:toId`, (c) => {
    const from = end(kindOf(c.req.param('from')).type, c.req.param('fromId'));
    associations.disconnect(from, end(kindOf(c.req.param('to')).type, c.req.param('toId')), source);
    return c.body(null, 204);
  });

  app.post(`${BATCH}/batch/read`, async (c) => {
    const [from, to] = [kindOf(c.req.param('from')), kindOf(c.req.param('to'))];
    const { inputs } = await readBody(c, readSchema);
    limited(inputs, READ_LIMIT);
    const found = inputs.map(({ id }) => ({ id, links: associations.linksOf(end(from.type, id), to.type) }));
    const body = complete(
      found
        .filter(({ links }) => links.length > 0)
        .map(({ id, links }) => ({ from: { id }, to: links.map((link) => viewLink(end(from.type, id), link)) })),
    );
    const empty = found.filter(({ links }) => links.length === 0);
    if (empty.length === 0) return c.json(body);
    const errors = empty.map(({ id }) => ({
      status: 'error',
      category: 'OBJECT_NOT_FOUND',
      subCategory: 'crm.associations.NO_ASSOCIATIONS_FOUND',
      message: `No ${to.singular} is associated with ${from.singular} ${id}.`,
      context: { fromObjectId: [id], fromObjectType: [from.singular], toObjectType: [to.singular] },
    }));
    return c.json({ ...body, numErrors: errors.length, errors }, 207);
  });

  app.post(`${BATCH}/batch/associate/default`, async (c) => {
    const [from, to] = [kindOf(c.req.param('from')).type, kindOf(c.req.param('to')).type];
    const { inputs } = await readBody(c, defaultSchema);
    limited(inputs, CREATE_LIMIT);
    for (const input of inputs) associations.check(end(from, input.from.id), end(to, input.to.id), 'default');
    return c.json(complete(inputs.flatMap((input) => linkByDefault(end(from, input.from.id), end(to, input.to.id)))));
  });

  app.post(`${BATCH}/batch/create`, async (c) => {
    const [from, to] = [kindOf(c.req.param('from')).type, kindOf(c.req.param('to')).type];
    const { inputs } = await readBody(c, createSchema);
    limited(inputs, CREATE_LIMIT);
    for (const input of inputs) associations.check(end(from, input.from.id), end(to, input.to.id), input.types);
    const results = inputs.map((input) => {
      associations.connect(end(from, input.from.id), end(to, input.to.id), input.types, source);
      return viewLabels(end(from, input.from.id), end(to, input.to.id));
    });
    return c.json(complete(results), 201);
  });

  app.post(`${BATCH}/batch/archive`, async (c) => {
    const [from, to] = [kindOf(c.req.param('from')).type, kindOf(c.req.param('to')).type];
    for (const input of (await readBody(c, archiveSchema)).inputs) {
      for (const { id } of input.to) associations.disconnect(end(from, input.from.id), end(to, id), source);
    }
    return c.body(null, 204);
  });

  app.post(`${BATCH}/batch/labels/archive`, async (c) => {
    const [from, to] = [kindOf(c.req.param('from')).type, kindOf(c.req.param('to')).type];
    for (const input of (await readBody(c, createSchema)).inputs) {
      associations.disconnect(end(from, input.from.id), end(to, input.to.id), source, input.types);
    }
    return c.body(null, 204);
  });

  app.get(`${BATCH}/labels`, (c) => {
    const types = labels.list(kindOf(c.req.param('from')).type, kindOf(c.req.param('to')).type);
    return c.json({ results: types.map(({ category, typeId, label }) => ({ category, typeId, label })) });
  });

  app.post(`${BATCH}/labels`, async (c) => {
    const [from, to] = [kindOf(c.req.param('from')).type, kindOf(c.req.param('to')).type];
    const { label, name } = await readBody(c, labelSchema);
    if (labels.list(from, to).some((type) => type.name === name)) {
      throw new ApiFailure(400, { message: `A label named ${name} exists already.`, category: 'VALIDATION_ERROR' });
    }
    const made = labels.create(from, to, label, name);
    return c.json({ results: made.map(({ category, typeId }) => ({ category, typeId, label })) });
  });
}

function limited(inputs: readonly unknown[], most: number): void {
  if (inputs.length > most) throw badRequest(`A batch may have ${most} inputs, not ${inputs.length}.`);
}
