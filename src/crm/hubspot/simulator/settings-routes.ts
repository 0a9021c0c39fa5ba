import * as z from 'zod';
import { notFound } from './failures.ts';
import { kindOf, page, queryLimit, readBody, type SimulatorApp } from './http.ts';
import { isoInstant } from './instants.ts';
import type { Owner } from './owners.ts';
import type { Pipeline, Stage } from './pipelines.ts';
import type { Portal } from './portal.ts';
import type { PropertyDefinition } from './standard-properties.ts';

const PROPERTIES = '/crm/v3/properties/:type';
const PIPELINES = '/crm/v3/pipelines/:type';

const groupSchema = z.object({ name: z.string().min(1), label: z.string(), displayOrder: z.number().default(-1) });
const optionSchema = z.object({
  label: z.string(),
  value: z.string(),
  displayOrder: z.number().default(-1),
  hidden: z.boolean().default(false),
});
const propertySchema = z.object({
  name: z.string(),
  label: z.string(),
  type: z.enum(['string', 'number', 'date', 'datetime', 'enumeration', 'bool']),
  fieldType: z.string(),
  groupName: z.string(),
  description: z.string().optional(),
  options: z.array(optionSchema).optional(),
  hasUniqueValue: z.boolean().optional(),
});

/** Portal settings that apps read: account, owners, pipelines, property definitions (these also written). */
export function settingsRoutes(app: SimulatorApp, portal: Portal): void {
  const { definitions, owners, pipelines } = portal;

  app.get('/account-info/v3/details', (c) =>
    c.json({
      portalId: portal.portalId,
      accountType: 'DEVELOPER_TEST',
      timeZone: 'America/New_York',
      companyCurrency: 'USD',
      additionalCurrencies: ['EUR', 'GBP'],
      utcOffset: '-05:00',
      utcOffsetMilliseconds: -18_000_000,
      uiDomain: 'app.hubspot.com',
      dataHostingLocation: 'na1',
    }),
  );

  app.get('/crm/v3/owners', (c) => {
    const email = c.req.query('email')?.toLowerCase();
    const archived = c.req.query('archived') === 'true';
    const found = owners
      .list()
      .filter((owner) => owner.archived === archived && (email === undefined || owner.email.toLowerCase() === email));
    const { results, ...paging } = page(found, queryLimit(c, 100, 500), c.req.query('after'));
    return c.json({ results: results.map(viewOwner), ...paging });
  });

  app.get('/crm/v3/owners/:id', (c) => {
    const id = c.req.param('id');
    const archived = c.req.query('archived') === 'true';
    const byUser = c.req.query('idProperty') === 'userId';
    const owner = owners.list().find((each) => (byUser ? String(each.userId) : each.id) === id);
    if (owner === undefined || owner.archived !== archived) throw notFound(`No owner with ID ${id} was found.`);
    return c.json(viewOwner(owner));
  });

  const pipeline = (type: string, id: string): Pipeline => {
    const found = kindOf(type).type === 'deals' ? pipelines.find(id) : undefined;
    if (found === undefined) throw notFound(`Pipeline ${id} does not exist`);
    return found;
  };
  app.get(PIPELINES, (c) => {
    const all = kindOf(c.req.param('type')).type === 'deals' ? pipelines.list() : [];
    return c.json({ results: all.map(viewPipeline) });
  });
  app.get(`${PIPELINES}/:id`, (c) => c.json(viewPipeline(pipeline(c.req.param('type'), c.req.param('id')))));
  app.get(`${PIPELINES}/:id/stages`, (c) =>
    c.json({ results: viewPipeline(pipeline(c.req.param('type'), c.req.param('id'))).stages }),
  );
  app.get(`${PIPELINES}/:id/stages/:stageId`, (c) => {
    const found = pipeline(c.req.param('type'), c.req.param('id'));
    const stage = found.stages.find((each) => each.id === c.req.param('stageId'));
    if (stage === undefined) throw notFound(`Stage ${c.req.param('stageId')} does not exist`);
    return c.json(viewStage(stage, found));
  });

  app.get(`${PROPERTIES}/groups`, (c) =>
    c.json({
      results: definitions.groups(kindOf(c.req.param('type')).type).map((each) => ({ ...each, archived: false })),
    }),
  );
  app.post(`${PROPERTIES}/groups`, async (c) => {
    const { type } = kindOf(c.req.param('type'));
    return c.json({ ...definitions.createGroup(type, await readBody(c, groupSchema)), archived: false }, 201);
  });
  app.get(`${PROPERTIES}/groups/:name`, (c) => {
    const name = c.req.param('name');
    const group = definitions.groups(kindOf(c.req.param('type')).type).find((each) => each.name === name);
    if (group === undefined) throw notFound(`Property group "${name}" does not exist`);
    return c.json({ ...group, archived: false });
  });

  app.get(PROPERTIES, (c) =>
    c.json({ results: definitions.list(kindOf(c.req.param('type')).type).map((each) => viewProperty(portal, each)) }),
  );
  app.post(PROPERTIES, async (c) => {
    const { type } = kindOf(c.req.param('type'));
    return c.json(viewProperty(portal, definitions.create(type, await readBody(c, propertySchema))), 201);
  });
  app.get(`${PROPERTIES}/:name`, (c) => {
    const definition = definitions.find(kindOf(c.req.param('type')).type, c.req.param('name'));
    if (definition === undefined) throw notFound(`Property "${c.req.param('name')}" does not exist`);
    return c.json(viewProperty(portal, definition));
  });
  app.delete(`${PROPERTIES}/:name`, (c) => {
    definitions.archive(kindOf(c.req.param('type')).type, c.req.param('name'));
    return c.body(null, 204);
  });
}

function viewOwner(owner: Owner) {
  return {
    id: owner.id,
    email: owner.email,
    type: 'PERSON',
    firstName: owner.firstName,
    lastName: owner.lastName,
    userId: owner.userId,
    userIdIncludingInactive: owner.userId,
    createdAt: isoInstant(owner.createdAtMs),
    updatedAt: isoInstant(owner.updatedAtMs),
    archived: owner.archived,
    teams: [{ id: '1', name: owner.team, primary: true }],
  };
}

function viewPipeline(pipeline: Pipeline) {
  return {
    id: pipeline.id,
    label: pipeline.label,
    displayOrder: pipeline.displayOrder,
    archived: false,
    createdAt: isoInstant(pipeline.createdAtMs),
    updatedAt: isoInstant(pipeline.updatedAtMs),
    stages: pipeline.stages.filter((stage) => !stage.archived).map((stage) => viewStage(stage, pipeline)),
  };
}

function viewStage(stage: Stage, pipeline: Pipeline) {
  return {
    id: stage.id,
    label: stage.label,
    displayOrder: stage.displayOrder,
    metadata: { isClosed: String(stage.closed), probability: stage.probability },
    archived: stage.archived,
    writePermissions: 'CRM_PERMISSIONS_ENFORCEMENT',
    createdAt: isoInstant(pipeline.createdAtMs),
    updatedAt: isoInstant(stage.updatedAtMs),
  };
}

function viewProperty(portal: Portal, definition: PropertyDefinition) {
  const { readOnly, createdAtMs, ...rest } = definition;
  const option = (label: string, value: string, displayOrder: number) => ({
    label,
    value,
    displayOrder,
    hidden: false,
  });
  const all = portal.pipelines.list();
  const dynamic =
    definition.name === 'pipeline'
      ? all.map((each) => option(each.label, each.id, each.displayOrder))
      : definition.name === 'dealstage'
        ? all.flatMap((each) => each.stages.map((stage) => option(stage.label, stage.id, stage.displayOrder)))
        : definition.options;
  return {
    ...rest,
    options: dynamic,
    displayOrder: -1,
    calculated: readOnly,
    externalOptions: definition.name === 'hubspot_owner_id',
    hidden: false,
    formField: false,
    archived: false,
    modificationMetadata: {
      archivable: !definition.hubspotDefined,
      readOnlyDefinition: definition.hubspotDefined,
      readOnlyValue: readOnly,
    },
    ...(createdAtMs === undefined ? {} : { createdAt: isoInstant(createdAtMs), updatedAt: isoInstant(createdAtMs) }),
  };
}
