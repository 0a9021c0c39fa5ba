import { html, raw } from 'hono/html';
import { FAULT_KINDS } from '../../../local/sandbox-kit/faults.ts';
import { pageStyle } from '../../../local/sandbox-kit/page-style.ts';
import type { HubSpotControl } from './control.ts';
import type { DealState } from './deal-state.ts';
import { isoInstant } from './instants.ts';

const SHOWN_DEALS = 50;

type Html = ReturnType<typeof html>;

/** The page that people work the simulated portal with. Everything shown is escaped. */
export function sandboxPage(control: HubSpotControl, portalId: number): Html {
  const deals = control.deals({ latest: SHOWN_DEALS }).toReversed();
  const archived = control.deals({ archived: true, latest: SHOWN_DEALS });
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>HubSpot sandbox</title>
        <style>
          ${raw(pageStyle('#ff5c35'))}
        </style>
      </head>
      <body>
        <h1>HubSpot sandbox, portal ${portalId}</h1>
        <p class="facts">
          A simulated portal: nothing here reaches HubSpot. Webhooks go to
          ${control.webhooks.url() ?? 'nowhere, no address is set'}.
        </p>
        <h2>Deals</h2>
        ${deals.length < SHOWN_DEALS ? '' : html`<p>The latest ${SHOWN_DEALS}.</p>`}
        ${deals.length === 0 ? html`<p>No deals yet.</p>${button('seed', 'Add sample deals')}` : ''}
        ${deals.map((deal) => dealCard(control, deal))}
        <form class="row" method="post" action="/_sandbox/deals">
          <label>Name <input name="name" required /></label>
          <label>Amount, USD <input name="amount" inputmode="decimal" /></label>
          <button>Create deal</button>
        </form>
        ${
          archived.length === 0
            ? ''
            : html`<h2>Deleted deals</h2>
                ${archived.map(
                  (deal) => html`<p>
                    ${deal.name} (${deal.id})
                    ${deal.mergedInto === undefined ? button(`deals/${deal.id}/restore`, 'Restore') : html`merged into ${deal.mergedInto}`}
                  </p>`,
                )}`
        }
        ${faultSection(control)} ${webhookSection(control)} ${requestSection(control)}
      </body>
    </html>`;
}

function button(action: string, label: string): Html {
  return html`<form class="row" method="post" action="/_sandbox/${action}"><button>${label}</button></form>`;
}

function dealCard(control: HubSpotControl, deal: DealState): Html {
  const pipeline = control.pipelines.list().find((each) => each.id === deal.pipeline.id);
  const stages = (pipeline?.stages ?? []).filter((stage) => !stage.archived);
  const owners = new Map(control.owners().map((owner) => [owner.id, `${owner.firstName} ${owner.lastName}`]));
  const ownerOf = (id: string | undefined) => (id === undefined ? 'nobody' : (owners.get(id) ?? id));
  const people = deal.contacts.map(
    ({ name, email, labels }) => `${name === '' ? email : name}${labels.length === 0 ? '' : ` (${labels.join(', ')})`}`,
  );
  return html`<article id="deal-${deal.id}">
    <h3>${deal.name}</h3>
    <p class="facts">
      ${deal.id} · ${deal.pipeline.label}: <strong>${deal.stage.label}</strong> · ${deal.properties.amount ?? 'no amount'}
      ${deal.properties.deal_currency_code ?? ''} · owner ${ownerOf(deal.properties.hubspot_owner_id)} ·
      ${deal.companies.map((company) => company.name).join(', ')} · ${people.join('; ')}
    </p>
    <form class="stages" method="post" action="/_sandbox/deals/${deal.id}/move">
      ${stages.map(
        (stage) =>
          html`<button name="stage" value="${stage.id}" ${stage.id === deal.stage.id ? raw('aria-current="true"') : ''}>
            ${stage.label}
          </button>`,
      )}
    </form>
    ${
      deal.tasks.length === 0
        ? ''
        : html`<table>
            <tr>
              <th>Task</th>
              <th>Owner</th>
              <th>Due</th>
              <th>Status</th>
              <th></th>
            </tr>
            ${deal.tasks.map(
              (task) =>
                html`<tr>
                  <td>${task.subject}</td>
                  <td>${ownerOf(task.ownerId)}</td>
                  <td>${isoInstant(task.dueAtMs).slice(0, 10)}</td>
                  <td>${task.status}</td>
                  <td>${task.status === 'COMPLETED' ? '' : button(`tasks/${task.id}/complete`, 'Complete')}</td>
                </tr>`,
            )}
          </table>`
    }
    ${deal.notes.map(
      (note) =>
        html`<p>
          Note ${note.id}: ${note.body}
          ${note.files.map((file) => html`<br />File ${file.name}, ${file.size} bytes, SHA-256 ${file.sha256}`)}
        </p>`,
    )}
    ${button(`deals/${deal.id}/delete`, 'Delete deal')}
  </article>`;
}

function faultSection(control: HubSpotControl): Html {
  return html`<h2>Faults</h2>
    ${control.faults.list().map((fault) => html`<p>${JSON.stringify(fault)}</p>`)}
    <form class="row" method="post" action="/_sandbox/faults">
      <label>Kind <select name="kind">${FAULT_KINDS.map((kind) => html`<option>${kind}</option>`)}</select></label>
      <label>Matches <input name="match" placeholder="POST /crm/v3/objects/tasks" size="32" /></label>
      <label>Times <input name="times" inputmode="numeric" size="4" /></label>
      <label>Status <input name="status" inputmode="numeric" size="4" /></label>
      <label>Delay, ms <input name="delayMs" inputmode="numeric" size="6" /></label>
      <button>Add fault</button>
    </form>
    ${button('faults/clear', 'Clear faults')}`;
}

function webhookSection(control: HubSpotControl): Html {
  const sent = control.webhooks.sent().slice(-30).toReversed();
  return html`<h2>Webhooks</h2>
    <p>
      ${control.webhooks.waiting().length} waiting, ${control.webhooks.givenUp().length} given up.
      ${control.webhooks.waiting().length === 0 ? '' : button('webhooks/hurry', 'Send them now')}
    </p>
    <table>
      <tr>
        <th>Time</th>
        <th>Event</th>
        <th>Attempt</th>
        <th>Answer</th>
      </tr>
      ${sent.map(
        (each) =>
          html`<tr>
            <td>${isoInstant(each.atMs)}</td>
            <td>${each.name}</td>
            <td>${each.attempt}</td>
            <td>${each.status === 0 ? 'none' : each.status}${each.accepted ? '' : ', will be repeated'}</td>
          </tr>`,
      )}
    </table>`;
}

function requestSection(control: HubSpotControl): Html {
  const requests = control.requests.list().slice(-30).toReversed();
  return html`<h2>API calls received</h2>
    <table>
      <tr>
        <th>Time</th>
        <th>Call</th>
        <th>Answer</th>
      </tr>
      ${requests.map(
        (each) =>
          html`<tr>
            <td>${isoInstant(each.atMs)}</td>
            <td class="wide">${each.method} ${each.path}${each.query}</td>
            <td>${each.status}</td>
          </tr>`,
      )}
    </table>`;
}
