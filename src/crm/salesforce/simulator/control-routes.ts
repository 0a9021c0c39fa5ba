import type { SalesforceControl } from './control.ts';
import { readControlBody, sameOriginOnly } from './control-body.ts';
import {
  activeSchema,
  contactSchema,
  customFieldSchema,
  faultSchema,
  fieldsSchema,
  flowSchema,
  gapSchema,
  labelSchema,
  manySchema,
  moveSchema,
  newOpportunitySchema,
  newStageSchema,
  onSchema,
  ruleSchema,
  switchesSchema,
  urlSchema,
} from './control-inputs.ts';
import type { SimulatorApp } from './http.ts';

const API = '/_sandbox/api';

/** The control as JSON, for tests in other processes and for scripts. Mistakes answer 400 with a sentence. */
export function controlRoutes(app: SimulatorApp, control: SalesforceControl): void {
  app.use('/_sandbox/*', sameOriginOnly);
  app.use(`${API}/*`, async (c, next) => {
    await next();
    if (c.error !== undefined) c.res = Response.json({ error: c.error.message }, { status: 400 });
  });
  opportunityRoutes(app, control);
  settingRoutes(app, control);
  senderRoutes(app, control);
}

function opportunityRoutes(app: SimulatorApp, control: SalesforceControl): void {
  app.get(`${API}/opportunities`, (c) => c.json(control.opportunities({ deleted: c.req.query('deleted') === 'true' })));
  app.post(`${API}/opportunities`, async (c) =>
    c.json(control.createOpportunity(await readControlBody(c, newOpportunitySchema)), 201),
  );
  app.patch(`${API}/opportunities`, async (c) => {
    const { ids, fields } = await readControlBody(c, manySchema);
    return c.json(control.updateMany(ids, fields));
  });
  app.get(`${API}/opportunities/:id`, (c) => c.json(control.opportunity(c.req.param('id'))));
  app.patch(`${API}/opportunities/:id`, async (c) =>
    c.json(control.updateOpportunity(c.req.param('id'), await readControlBody(c, fieldsSchema))),
  );
  app.delete(`${API}/opportunities/:id`, (c) => {
    control.deleteOpportunity(c.req.param('id'));
    return c.body(null, 204);
  });
  app.post(`${API}/opportunities/:id/move`, async (c) => {
    const { stage, atMs } = await readControlBody(c, moveSchema);
    return c.json(control.moveOpportunity(c.req.param('id'), stage, atMs === undefined ? {} : { atMs }));
  });
  app.post(`${API}/opportunities/:id/undelete`, (c) => c.json(control.undeleteOpportunity(c.req.param('id'))));
  app.post(`${API}/opportunities/:id/contacts`, async (c) =>
    c.json(control.addContactRole(c.req.param('id'), await readControlBody(c, contactSchema))),
  );
  app.delete(`${API}/opportunities/:id/contacts/:contactId`, (c) =>
    c.json(control.removeContactRole(c.req.param('id'), c.req.param('contactId'))),
  );
  app.get(`${API}/opportunities/:id/tasks`, (c) => c.json(control.tasks(c.req.param('id'))));
  app.get(`${API}/tasks`, (c) => c.json(control.allTasks()));
  app.patch(`${API}/tasks/:id`, async (c) =>
    c.json(control.updateTask(c.req.param('id'), await readControlBody(c, fieldsSchema))),
  );
  app.delete(`${API}/tasks/:id`, (c) => {
    control.deleteTask(c.req.param('id'));
    return c.body(null, 204);
  });
  app.post(`${API}/tasks/:id/complete`, (c) => c.json(control.completeTask(c.req.param('id'))));
  app.post(`${API}/seed`, (c) => {
    control.seed();
    return c.json(control.opportunities());
  });
}

function settingRoutes(app: SimulatorApp, control: SalesforceControl): void {
  app.get(`${API}/stages`, (c) => c.json(control.stages.list()));
  app.post(`${API}/stages`, async (c) => c.json(control.stages.add(await readControlBody(c, newStageSchema)), 201));
  app.patch(`${API}/stages/:name`, async (c) => {
    control.stages.rename(c.req.param('name'), (await readControlBody(c, labelSchema)).label);
    return c.json(control.stages.list());
  });
  app.delete(`${API}/stages/:name`, (c) => {
    control.stages.deactivate(c.req.param('name'));
    return c.body(null, 204);
  });
  app.get(`${API}/users`, (c) => c.json(control.users()));
  app.patch(`${API}/users/:user`, async (c) => {
    control.setUserActive(c.req.param('user'), (await readControlBody(c, activeSchema)).isActive);
    return c.json(control.users());
  });
  app.post(`${API}/fields`, async (c) => {
    control.deploy(await readControlBody(c, customFieldSchema));
    return c.body(null, 204);
  });
  app.get(`${API}/validation-rules`, (c) => c.json(control.validationRules.list()));
  app.post(`${API}/validation-rules`, async (c) => {
    control.validationRules.add(await readControlBody(c, ruleSchema));
    return c.json(control.validationRules.list(), 201);
  });
  app.delete(`${API}/validation-rules`, (c) => {
    control.validationRules.clear();
    return c.body(null, 204);
  });
  app.put(`${API}/locks/:id`, (c) => {
    control.locks.hold(c.req.param('id'));
    return c.body(null, 204);
  });
  app.delete(`${API}/locks/:id`, (c) => {
    control.locks.release(c.req.param('id'));
    return c.body(null, 204);
  });
  app.get(`${API}/faults`, (c) => c.json(control.faults.list()));
  app.post(`${API}/faults`, async (c) => {
    control.faults.add(await readControlBody(c, faultSchema));
    return c.json(control.faults.list(), 201);
  });
  app.delete(`${API}/faults`, (c) => {
    control.faults.clear();
    return c.body(null, 204);
  });
  app.get(`${API}/switches`, (c) => c.json(control.switches.get()));
  app.patch(`${API}/switches`, async (c) => c.json(control.switches.set(await readControlBody(c, switchesSchema))));
  app.post(`${API}/oauth/revoke`, (c) => {
    control.oauth.revoke();
    return c.body(null, 204);
  });
  app.get(`${API}/requests`, (c) => c.json(control.requests.list()));
  app.delete(`${API}/requests`, (c) => {
    control.requests.clear();
    return c.body(null, 204);
  });
}

function senderRoutes(app: SimulatorApp, control: SalesforceControl): void {
  const { outboundMessages, relay, flow } = control;
  app.get(`${API}/outbound-messages`, (c) =>
    c.json({
      url: outboundMessages.url() ?? null,
      waiting: outboundMessages.waiting(),
      sent: outboundMessages.sent(),
      givenUp: outboundMessages.givenUp(),
    }),
  );
  app.put(`${API}/outbound-messages/url`, async (c) => {
    const { url } = await readControlBody(c, urlSchema);
    outboundMessages.setUrl(url ?? undefined);
    return c.json({ url });
  });
  app.post(`${API}/outbound-messages/hurry`, (c) => {
    outboundMessages.hurry();
    return c.body(null, 204);
  });
  // Texts, not JSON: the commit numbers in them would be rounded.
  app.get(`${API}/relay`, (c) =>
    c.json({ source: relay.source, on: relay.isOn(), waiting: relay.waiting().length, sent: relay.sent() }),
  );
  app.put(`${API}/relay`, async (c) => {
    const { on } = await readControlBody(c, onSchema);
    relay.turn(on);
    return c.json({ on });
  });
  app.post(`${API}/relay/hurry`, (c) => {
    relay.hurry();
    return c.body(null, 204);
  });
  app.post(`${API}/relay/gap`, async (c) => {
    const { change, recordIds } = await readControlBody(c, gapSchema);
    relay.gap(change, recordIds);
    return c.body(null, 204);
  });
  app.post(`${API}/relay/overflow`, (c) => {
    relay.overflow();
    return c.body(null, 204);
  });
  app.get(`${API}/flow`, (c) => c.json({ url: flow.settings()?.url ?? null, sent: flow.sent() }));
  app.put(`${API}/flow`, async (c) => {
    const settings = await readControlBody(c, flowSchema);
    flow.configure(settings ?? undefined);
    return c.json({ url: settings?.url ?? null });
  });
}
