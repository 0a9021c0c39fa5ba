import { type Context, Hono } from 'hono';
import { createEnvelope } from './create-envelope.ts';
import { renderDocument } from './documents.ts';
import { customFieldsView, documentsView, envelopeView } from './envelope-view.ts';
import type { Lifecycle } from './lifecycle.ts';
import { listEnvelopes } from './list-envelopes.ts';
import { commaList, flag } from './loose.ts';
import { recipientsView } from './recipient-view.ts';
import { readJsonBody } from './request-body.ts';
import type { SimEnvelope } from './state.ts';
import { updateEnvelope } from './update-envelope.ts';
import { invalidParameter } from './wire-error.ts';
import { wireTime } from './wire-time.ts';
import type { World } from './world.ts';

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function auditView(envelope: SimEnvelope): Record<string, unknown> {
  return {
    auditEvents: envelope.audit.map((event) => ({
      eventFields: [
        { name: 'logTime', value: wireTime(event.atMs) },
        { name: 'Source', value: envelope.origin },
        { name: 'UserName', value: event.userName },
        { name: 'Action', value: event.action },
        { name: 'EnvelopeStatus', value: event.envelopeStatus },
        { name: 'EnvelopeId', value: envelope.envelopeId },
      ],
    })),
  };
}

/** Everything under /restapi/v2.1/accounts/{accountId}/envelopes. */
export function envelopeRoutes(world: World, lifecycle: Lifecycle): Hono {
  function envelopeOf(context: Context): SimEnvelope {
    const envelopeId = context.req.param('envelopeId') ?? '';
    if (!GUID.test(envelopeId)) throw invalidParameter("Value for 'envelopeId' must be a GUID.");
    const envelope = world.envelope(envelopeId);
    const isGone = envelope.status === 'deleted' && world.switches().recycledDraft === 'not-found';
    return isGone ? world.envelope('') : envelope;
  }

  const app = new Hono();
  app.post('/', async (context) => context.json(createEnvelope(world, lifecycle, await readJsonBody(context)), 201));
  app.get('/', (context) => context.json(listEnvelopes(world, context.req.query())));
  app.get('/:envelopeId', (context) => {
    const include = commaList(context.req.query('include'));
    return context.json(envelopeView(world, envelopeOf(context), include));
  });
  app.put('/:envelopeId', async (context) => {
    const { envelopeId } = envelopeOf(context);
    const resend = context.req.query('resend_envelope');
    return context.json(updateEnvelope(world, lifecycle, envelopeId, await readJsonBody(context), resend));
  });
  app.get('/:envelopeId/recipients', (context) =>
    context.json(recipientsView(envelopeOf(context), flag(context.req.query('include_tabs')))),
  );
  app.get('/:envelopeId/custom_fields', (context) => context.json(customFieldsView(envelopeOf(context))));
  app.get('/:envelopeId/notification', (context) => context.json(envelopeOf(context).notification));
  app.get('/:envelopeId/audit_events', (context) => context.json(auditView(envelopeOf(context))));
  app.get('/:envelopeId/documents', (context) => {
    const envelope = envelopeOf(context);
    return context.json({ envelopeId: envelope.envelopeId, envelopeDocuments: documentsView(envelope) });
  });
  app.get('/:envelopeId/documents/:documentId', (context) => {
    const withCertificate = context.req.query('certificate') !== 'false';
    const rendered = renderDocument(world, envelopeOf(context), context.req.param('documentId'), withCertificate);
    const name = encodeURIComponent(rendered.fileName);
    return new Response(new Uint8Array(rendered.bytes), {
      headers: {
        'content-type': rendered.contentType,
        'content-disposition': `file; filename="${name}"; documentid="${context.req.param('documentId')}"`,
      },
    });
  });
  return app;
}
