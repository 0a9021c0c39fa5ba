import { Hono } from 'hono';
import { html, raw } from 'hono/html';
import { FAULT_KINDS } from '../../../local/sandbox-kit/faults.ts';
import type { DocuSignControl } from './control.ts';
import { readFault } from './control-api.ts';
import { text } from './loose.ts';
import { PAGE_STYLE } from './page-style.ts';
import { isActive, isApprover } from './routing.ts';
import type { SimEnvelope, SimRecipient } from './state.ts';
import { invalidParameter, WireError } from './wire-error.ts';

const SHOWN_ENVELOPES = 100;
const SHOWN_LINES = 40;

function time(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}

function isOut(envelope: SimEnvelope): boolean {
  return envelope.status === 'sent' || envelope.status === 'delivered';
}

function button(label: string, path: string, enabled: boolean) {
  const attribute = enabled ? '' : raw(' disabled');
  return html`<form method="post" action="/_sandbox/do/${path}"><button${attribute}>${label}</button></form> `;
}

function reasonButton(label: string, path: string, enabled: boolean) {
  if (!enabled) return button(label, path, false);
  return html`<form method="post" action="/_sandbox/do/${path}">
    <button>${label}</button> <input name="reason" placeholder="reason" aria-label="reason" size="14">
  </form> `;
}

function roleOf(recipient: SimRecipient): string {
  const kind = isApprover(recipient) ? 'approver' : recipient.type;
  return recipient.roleName === undefined ? kind : `${recipient.roleName}, ${kind}`;
}

function recipientLine(envelope: SimEnvelope, recipient: SimRecipient) {
  const path = `envelopes/${envelope.envelopeId}/recipients/${encodeURIComponent(recipient.recipientId)}`;
  const turn = isOut(envelope) && isActive(recipient);
  return html`<li value="${recipient.routingOrder}">
    <b>${recipient.name}</b> &lt;${recipient.email}&gt; <small>${roleOf(recipient)}</small>
    <span class="badge ${recipient.status}">${recipient.status}</span>
    ${button('Open', `${path}/open`, turn && recipient.status === 'sent')}
    ${button(isApprover(recipient) ? 'Approve' : 'Sign', `${path}/sign`, turn)}
    ${reasonButton('Decline', `${path}/decline`, turn && recipient.type === 'signers')}
    ${recipient.declinedReason === undefined ? '' : html`<small>${recipient.declinedReason}</small>`}
  </li>`;
}

function envelopeBox(envelope: SimEnvelope) {
  const path = `envelopes/${envelope.envelopeId}`;
  const recipients = [...envelope.recipients].sort((a, b) => a.routingOrder - b.routingOrder);
  return html`<article id="${envelope.envelopeId}">
    <header>
      <b>${envelope.emailSubject === '' ? '(no subject)' : envelope.emailSubject}</b>
      <span class="badge ${envelope.status}">${envelope.status === 'created' ? 'draft' : envelope.status}</span>
      ${envelope.origin === 'foreign' ? html`<span class="badge">other people's</span>` : ''}
      <code>${envelope.envelopeId}</code> <small>${time(envelope.createdAtMs)}</small>
    </header>
    <ol>${recipients.map((recipient) => recipientLine(envelope, recipient))}</ol>
    <small>${envelope.customFields.map((field) => `${field.name} = ${field.value}`).join('; ')}</small>
    ${envelope.voidedReason === undefined ? '' : html`<p>Voided: ${envelope.voidedReason}</p>`}
    <div>
      ${reasonButton('Void', `${path}/void`, isOut(envelope))} ${button('Let expire', `${path}/expire`, isOut(envelope))}
      ${button('Delete', `${path}/delete`, envelope.folder !== 'recyclebin')}
    </div>
  </article>`;
}

function faultForm(control: DocuSignControl) {
  return html`<ul>${control.faults
    .list()
    .map((fault) => html`<li>${fault.kind} <code>${fault.match}</code> ${fault.times ?? 'until removed'}</li>`)}</ul>
  <form method="post" action="/_sandbox/do/faults">
    <select name="kind">${FAULT_KINDS.map((kind) => html`<option>${kind}</option>`)}</select>
    <input name="match" placeholder="POST /envelopes" aria-label="match">
    <input name="times" type="number" min="1" value="1" aria-label="times"> <button>Add</button>
  </form> ${button('Remove all', 'faults/clear', control.faults.list().length > 0)}`;
}

function webhookTable(control: DocuSignControl) {
  const { sent, waiting, givenUp } = control.webhooks;
  const row = (state: string, name: string, url: string, detail: string) =>
    html`<tr><td>${state}</td><td>${name}</td><td><code>${url}</code></td><td>${detail}</td></tr>`;
  return html`<table>
    ${waiting().map((one) => row('waits', one.name, one.url, `attempt ${one.attempt + 1} at ${time(one.dueAtMs)}`))}
    ${givenUp().map((one) => row('given up', one.name, one.url, `after ${one.attempt + 1} attempts`))}
    ${[...sent()]
      .reverse()
      .slice(0, SHOWN_LINES)
      .map((one) => row(one.accepted ? 'sent' : 'failed', one.event, one.url, `${one.status} at ${time(one.atMs)}`))}
  </table>`;
}

function page(control: DocuSignControl, notice: string | undefined) {
  const envelopes = [...control.envelopes()].reverse();
  const mails = [...control.mails()].reverse().slice(0, SHOWN_LINES);
  return html`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>DocuSign sandbox</title>
    <meta name="viewport" content="width=device-width"><style>${raw(PAGE_STYLE)}</style></head><body>
    <h1>DocuSign sandbox</h1>
    ${notice === undefined ? '' : html`<p class="notice" role="alert">${notice}</p>`}
    <h2>Envelopes (${envelopes.length})</h2>
    ${button("Send other people's envelope", 'foreign-envelopes', true)}
    ${envelopes.length === 0 ? html`<p>None yet.</p>` : envelopes.slice(0, SHOWN_ENVELOPES).map(envelopeBox)}
    <h2>E-mails</h2>
    <table>${mails.map(
      (mail) =>
        html`<tr><td>${time(mail.atMs)}</td><td>${mail.kind}</td><td>${mail.to}</td><td>${mail.subject}</td></tr>`,
    )}</table>
    <h2>Connect</h2>${button('Send now', 'webhooks/hurry', control.webhooks.waiting().length > 0)}
    ${webhookTable(control)}
    <h2>Faults</h2>${faultForm(control)}
    </body></html>`;
}

function act(control: DocuSignControl, path: string, form: Readonly<Record<string, unknown>>): void {
  const [subject, id = '', second, recipientId = '', third] = path.split('/');
  const action = subject === 'envelopes' ? (third ?? second) : path;
  const given = text(form.reason)?.trim() ?? '';
  const reason = given === '' ? 'Done on the sandbox page.' : given;
  if (action === 'faults') control.faults.add(readFault(form));
  else if (action === 'faults/clear') control.faults.clear();
  else if (action === 'webhooks/hurry') control.webhooks.hurry();
  else if (action === 'foreign-envelopes') control.createForeignEnvelope();
  else if (action === 'void') control.voidOutside(id, reason);
  else if (action === 'expire') control.expire(id);
  else if (action === 'delete') control.deleteOutside(id);
  else if (action === 'open') control.open(id, recipientId);
  else if (action === 'sign') control.sign(id, recipientId);
  else if (action === 'decline') control.decline(id, recipientId, reason);
  else throw invalidParameter('This page has no such button.');
}

/** The page at /_sandbox where a person plays the recipients. Works without scripts. */
export function controlPage(control: DocuSignControl): Hono {
  const app = new Hono();
  app.get('/', (context) => context.html(page(control, undefined)));
  app.post('/do/:path{.+}', async (context) => {
    try {
      act(control, context.req.param('path'), await context.req.parseBody());
      return context.redirect('/_sandbox', 303);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      return context.html(page(control, error.message), 400);
    }
  });
  return app;
}
