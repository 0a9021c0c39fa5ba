import { Hono } from 'hono';
import { writePdf } from './pdf.ts';
import { RECIPIENT_TYPES, type SimTemplate } from './state.ts';
import { WireError } from './wire-error.ts';
import type { World } from './world.ts';

function tabsOf(recipient: SimTemplate['recipients'][number]): Record<string, unknown[]> {
  const grouped: Record<string, unknown[]> = {};
  for (const { tabType, properties } of recipient.tabs) {
    const group = grouped[tabType] ?? [];
    group.push({ ...properties, recipientId: recipient.recipientId });
    grouped[tabType] = group;
  }
  return grouped;
}

function recipientsOf(template: SimTemplate, withTabs: boolean): Record<string, unknown> {
  const lists = RECIPIENT_TYPES.map((type) => {
    const members = template.recipients.filter((recipient) => recipient.type === type);
    const shown = members.map((recipient) => ({
      recipientId: recipient.recipientId,
      roleName: recipient.roleName,
      name: '',
      email: '',
      routingOrder: String(recipient.routingOrder),
      status: 'created',
      ...(withTabs ? { tabs: tabsOf(recipient) } : {}),
    }));
    return [type, shown] as const;
  });
  return { ...Object.fromEntries(lists), recipientCount: String(template.recipients.length) };
}

function documentsOf(template: SimTemplate): unknown[] {
  return template.documents.map(({ documentId, name }, index) => ({
    documentId,
    name,
    type: 'content',
    uri: `/envelopes/${template.templateId}/documents/${documentId}`,
    order: String(index + 1),
  }));
}

function templateView(template: SimTemplate, withTabs: boolean): Record<string, unknown> {
  return {
    templateId: template.templateId,
    uri: `/templates/${template.templateId}`,
    name: template.name,
    description: template.description,
    shared: 'false',
    emailSubject: template.emailSubject,
    emailBlurb: template.emailBlurb,
    recipients: recipientsOf(template, withTabs),
    documents: documentsOf(template),
  };
}

/** Everything under /restapi/v2.1/accounts/{accountId}/templates; reading only. */
export function templateRoutes(world: World): Hono {
  function find(templateId: string): SimTemplate {
    const found = world.templates.get(templateId.toLowerCase());
    if (found === undefined) throw new WireError(400, 'TEMPLATE_ID_INVALID', 'Invalid template ID.');
    return found;
  }

  const app = new Hono();
  app.get('/', (context) => {
    const search = (context.req.query('search_text') ?? '').toLowerCase();
    const found = world.templates.values().filter((template) => template.name.toLowerCase().includes(search));
    return context.json({
      envelopeTemplates: found.map((template) => templateView(template, false)),
      resultSetSize: String(found.length),
      startPosition: '0',
      endPosition: String(Math.max(0, found.length - 1)),
      totalSetSize: String(found.length),
    });
  });
  app.get('/:templateId', (context) => {
    const withTabs = (context.req.query('include') ?? '').split(',').includes('tabs');
    return context.json(templateView(find(context.req.param('templateId')), withTabs));
  });
  app.get('/:templateId/recipients', (context) =>
    context.json(recipientsOf(find(context.req.param('templateId')), context.req.query('include_tabs') === 'true')),
  );
  app.get('/:templateId/documents', (context) => {
    const template = find(context.req.param('templateId'));
    return context.json({ templateId: template.templateId, templateDocuments: documentsOf(template) });
  });
  app.get('/:templateId/documents/:documentId', (context) => {
    const template = find(context.req.param('templateId'));
    const documentId = context.req.param('documentId');
    const wanted = template.documents.filter((document) => ['combined', document.documentId].includes(documentId));
    if (wanted.length === 0) {
      throw new WireError(404, 'DOCUMENT_DOES_NOT_EXIST', 'The document specified does not exist in the template.');
    }
    const bytes = writePdf(wanted.map((document) => document.lines));
    return new Response(new Uint8Array(bytes), { headers: { 'content-type': 'application/pdf' } });
  });
  return app;
}
