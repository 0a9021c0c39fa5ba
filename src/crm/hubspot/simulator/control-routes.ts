import type { MiddlewareHandler } from 'hono';
import type { HubSpotControl } from './control.ts';
import {
  contactSchema,
  faultSchema,
  mergeSchema,
  moveSchema,
  newDealSchema,
  switchesSchema,
  texts,
  urlSchema,
} from './control-inputs.ts';
import { ApiFailure } from './failures.ts';
import { readBody, type SimulatorApp, type SimulatorEnv } from './http.ts';

const API = '/_sandbox/api';

/** The control as JSON, for tests in other processes and for scripts. Mistakes answer 400 with a sentence. */
export function controlRoutes(app: SimulatorApp, control: HubSpotControl): void {
  app.use('/_sandbox/*', sameOriginOnly);
  app.use(`${API}/*`, async (c, next) => {
    await next();
    if (c.error === undefined) return;
    const status = c.error instanceof ApiFailure && c.error.status < 500 ? c.error.status : 400;
    c.res = Response.json({ error: c.error.message }, { status });
  });

  app.get(`${API}/deals`, (c) => c.json(control.deals({ archived: c.req.query('archived') === 'true' })));
  app.post(`${API}/deals`, async (c) => c.json(control.createDeal(await readBody(c, newDealSchema)), 201));
  app.post(`${API}/deals/merge`, async (c) => {
    const { primaryId, otherId } = await readBody(c, mergeSchema);
    return c.json(control.mergeDeals(primaryId, otherId));
  });
  app.get(`${API}/deals/:id`, (c) => c.json(control.deal(c.req.param('id'))));
  app.patch(`${API}/deals/:id`, async (c) => c.json(control.updateDeal(c.req.param('id'), await readBody(c, texts))));
  app.delete(`${API}/deals/:id`, (c) => {
    control.deleteDeal(c.req.param('id'));
    return c.body(null, 204);
  });
  app.post(`${API}/deals/:id/move`, async (c) => {
    const { stage, atMs } = await readBody(c, moveSchema);
    return c.json(control.moveDeal(c.req.param('id'), stage, atMs === undefined ? {} : { atMs }));
  });
  app.post(`${API}/deals/:id/restore`, (c) => c.json(control.restoreDeal(c.req.param('id'))));
  app.post(`${API}/deals/:id/contacts`, async (c) =>
    c.json(control.addContact(c.req.param('id'), await readBody(c, contactSchema))),
  );
  app.delete(`${API}/deals/:id/contacts/:contactId`, (c) =>
    c.json(control.removeContact(c.req.param('id'), c.req.param('contactId'))),
  );
  app.post(`${API}/contacts/:id/delete-for-privacy`, (c) => {
    control.deleteContactForPrivacy(c.req.param('id'));
    return c.body(null, 204);
  });
  app.get(`${API}/deals/:id/tasks`, (c) => c.json(control.tasks(c.req.param('id'))));
  app.get(`${API}/tasks`, (c) => c.json(control.allTasks()));
  app.patch(`${API}/tasks/:id`, async (c) => c.json(control.updateTask(c.req.param('id'), await readBody(c, texts))));
  app.delete(`${API}/tasks/:id`, (c) => {
    control.deleteTask(c.req.param('id'));
    return c.body(null, 204);
  });
  app.post(`${API}/tasks/:id/complete`, (c) => c.json(control.completeTask(c.req.param('id'))));

  app.get(`${API}/pipelines`, (c) => c.json(control.pipelines.list()));
  app.get(`${API}/owners`, (c) => c.json(control.owners()));

  app.get(`${API}/faults`, (c) => c.json(control.faults.list()));
  app.post(`${API}/faults`, async (c) => {
    control.faults.add(await readBody(c, faultSchema));
    return c.json(control.faults.list(), 201);
  });
  app.delete(`${API}/faults`, (c) => {
    control.faults.clear();
    return c.body(null, 204);
  });

  app.get(`${API}/switches`, (c) => c.json(control.switches.get()));
  app.patch(`${API}/switches`, async (c) => c.json(control.switches.set(await readBody(c, switchesSchema))));

  app.get(`${API}/webhooks`, (c) =>
    c.json({
      url: control.webhooks.url() ?? null,
      waiting: control.webhooks.waiting(),
      sent: control.webhooks.sent(),
      givenUp: control.webhooks.givenUp(),
    }),
  );
  app.put(`${API}/webhooks/url`, async (c) => {
    const { url } = await readBody(c, urlSchema);
    control.webhooks.setUrl(url ?? undefined);
    return c.json({ url });
  });
  app.post(`${API}/webhooks/hurry`, (c) => {
    control.webhooks.hurry();
    return c.body(null, 204);
  });

  app.get(`${API}/requests`, (c) => c.json(control.requests.list()));
  app.delete(`${API}/requests`, (c) => {
    control.requests.clear();
    return c.body(null, 204);
  });
  app.post(`${API}/seed`, (c) => {
    control.seed();
    return c.json(control.deals());
  });
}

/** A page from elsewhere, open in the same browser, must not work the sandbox. */
const sameOriginOnly: MiddlewareHandler<SimulatorEnv> = async (c, next) => {
  const origin = c.req.header('origin');
  if (origin !== undefined && origin !== new URL(c.req.url).origin) {
    return c.json({ error: `Requests from ${origin} are refused; open the sandbox's own page.` }, 403);
  }
  return next();
};
