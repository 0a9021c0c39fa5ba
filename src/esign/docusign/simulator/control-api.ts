import { Hono } from 'hono';
import { FAULT_KINDS, type Fault } from '../../../local/sandbox-kit/faults.ts';
import type { DocuSignControl } from './control.ts';
import { type Loose, text } from './loose.ts';
import { readJsonBody } from './request-body.ts';
import { invalidParameter } from './wire-error.ts';

/** Reads a fault from JSON or a form; throws WireError with the kinds that exist. */
export function readFault(from: Loose): Fault {
  const kind = FAULT_KINDS.find((each) => each === from.kind);
  if (kind === undefined) throw invalidParameter(`Fault kinds are ${FAULT_KINDS.join(', ')}.`);
  const number = (name: string): number | undefined => {
    const given = text(from[name]);
    if (given === undefined || given === '') return undefined;
    const value = Number(given);
    if (!(value >= 0)) throw invalidParameter(`"${name}" of a fault must be a number that is not negative.`);
    return value;
  };
  const times = number('times');
  const probability = number('probability');
  const delayMs = number('delayMs');
  return {
    kind,
    match: text(from.match) ?? '',
    ...(times === undefined ? {} : { times }),
    ...(probability === undefined ? {} : { probability }),
    ...(delayMs === undefined ? {} : { delayMs }),
  };
}

/** The control as JSON under /_sandbox/api, for whoever drives the sandbox from outside the process. */
export function controlApi(control: DocuSignControl): Hono {
  const app = new Hono();
  app.get('/envelopes', (context) => context.json(control.envelopes()));
  app.get('/envelopes/:id', (context) => context.json(control.envelope(context.req.param('id'))));
  app.get('/mails', (context) => context.json(control.mails()));
  app.get('/templates', (context) => context.json(control.templates()));
  app.get('/requests', (context) => context.json(control.requests()));
  app.delete('/requests', (context) => {
    control.clearRequests();
    return context.body(null, 204);
  });
  app.get('/webhooks', (context) =>
    context.json({
      sent: control.webhooks.sent(),
      waiting: control.webhooks.waiting(),
      givenUp: control.webhooks.givenUp(),
    }),
  );
  app.post('/webhooks/hurry', (context) => {
    control.webhooks.hurry();
    return context.body(null, 204);
  });
  app.post('/envelopes/:id/recipients/:recipientId/:action', async (context) => {
    const { id, recipientId, action } = context.req.param();
    if (action === 'open') control.open(id, recipientId);
    else if (action === 'sign') control.sign(id, recipientId);
    else if (action === 'decline') {
      control.decline(id, recipientId, text((await readJsonBody(context)).reason) ?? '');
    } else throw invalidParameter('A recipient can open, sign or decline.');
    return context.json(control.envelope(id));
  });
  app.post('/envelopes/:id/:action', async (context) => {
    const { id, action } = context.req.param();
    if (action === 'expire') control.expire(id);
    else if (action === 'delete') control.deleteOutside(id);
    else if (action === 'void') control.voidOutside(id, text((await readJsonBody(context)).reason) ?? '');
    else throw invalidParameter('An envelope can expire, or be voided (void) or deleted (delete).');
    return context.json(control.envelope(id));
  });
  app.post('/foreign-envelopes', (context) => context.json({ envelopeId: control.createForeignEnvelope() }, 201));
  app.get('/faults', (context) => context.json(control.faults.list()));
  app.post('/faults', async (context) => {
    control.faults.add(readFault(await readJsonBody(context)));
    return context.json(control.faults.list(), 201);
  });
  app.delete('/faults', (context) => {
    control.faults.clear();
    return context.body(null, 204);
  });
  app.get('/switches', (context) => context.json(control.switches()));
  app.put('/switches', async (context) => {
    control.setSwitches(await readJsonBody(context));
    return context.json(control.switches());
  });
  return app;
}
