import { html, raw } from 'hono/html';
import { pageStyle } from '../../../local/sandbox-kit/page-style.ts';
import type { SalesforceControl } from './control.ts';
import {
  button,
  faultSection,
  type Html,
  instant,
  requestSection,
  senderSection,
  switchSection,
} from './page-sections.ts';
import type { OpportunityState } from './state-types.ts';

const SHOWN = 50;

/** The page that people work the simulated org with. Everything shown is escaped. */
export function sandboxPage(control: SalesforceControl): Html {
  const opportunities = control.opportunities({ latest: SHOWN }).toReversed();
  const deleted = control.opportunities({ deleted: true, latest: SHOWN });
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Salesforce sandbox</title>
        <style>
          ${raw(pageStyle('#0176d3'))}
        </style>
      </head>
      <body>
        <h1>Salesforce sandbox, org ${control.orgId}</h1>
        <p class="facts">
          A simulated org: nothing here reaches Salesforce. Outbound messages go to
          ${control.outboundMessages.url() ?? 'nowhere, no address is set'}.
        </p>
        <h2>Opportunities</h2>
        ${opportunities.length < SHOWN ? '' : html`<p>The latest ${SHOWN}.</p>`}
        ${
          opportunities.length === 0
            ? html`<p>No opportunities yet.</p>${button('seed', 'Add sample opportunities')}`
            : ''
        }
        ${opportunities.map((opportunity) => card(control, opportunity))}
        <form class="row" method="post" action="/_sandbox/opportunities">
          <label>Name <input name="name" required /></label>
          <label>Amount <input name="amount" inputmode="decimal" /></label>
          <button>Create opportunity</button>
        </form>
        ${
          deleted.length === 0
            ? ''
            : html`<h2>Recycle bin</h2>
                ${deleted.map(
                  ({ id, name }) => html`<p>${name} (${id}) ${button(`opportunities/${id}/undelete`, 'Restore')}</p>`,
                )}`
        }
        ${faultSection(control)} ${senderSection(control)} ${switchSection(control)} ${requestSection(control)}
      </body>
    </html>`;
}

function card(control: SalesforceControl, opportunity: OpportunityState): Html {
  const { id, name, stage, fields, account, files, stageHistory } = opportunity;
  const users = new Map(control.users().map((user) => [user.id, user.name]));
  const nameOf = (userId: unknown) => users.get(String(userId)) ?? String(userId ?? 'nobody');
  const people = opportunity.contactRoles.map(
    (role) => `${role.name === '' ? role.email : role.name}${role.role === undefined ? '' : ` (${role.role})`}`,
  );
  const active = control.stages.list().filter(({ isActive }) => isActive);
  return html`<article id="opportunity-${id}">
    <h3>${name}</h3>
    <p class="facts">
      ${id} · <strong>${stage.label}</strong> · ${fields['Amount'] ?? 'no amount'} ${fields['CurrencyIsoCode'] ?? ''} ·
      owner ${nameOf(fields['OwnerId'])} · ${account?.name ?? 'no account'} · ${people.join('; ')}
    </p>
    <form class="stages" method="post" action="/_sandbox/opportunities/${id}/move">
      ${active.map(
        ({ apiName, label }) =>
          html`<button name="stage" value="${apiName}" ${apiName === stage.id ? raw('aria-current="true"') : ''}>
            ${label}
          </button>`,
      )}
    </form>
    ${taskTable(opportunity, nameOf)}
    ${files.map((file) => html`<p>File ${file.name}, ${file.size} bytes, SHA-256 ${file.sha256}</p>`)}
    <details>
      <summary>History and fields</summary>
      ${stageHistory.map(
        (entry) => html`<p>${instant(entry.atMs)} ${entry.label}${entry.byApi ? ', by the integration' : ''}</p>`,
      )}
      <table>
        ${Object.entries(fields).map(
          ([field, value]) =>
            html`<tr>
              <td>${field}</td>
              <td class="wide">${String(value)}</td>
            </tr>`,
        )}
      </table>
    </details>
    ${button(`opportunities/${id}/delete`, 'Delete opportunity')}
  </article>`;
}

function taskTable({ tasks }: OpportunityState, nameOf: (userId: unknown) => string): Html | string {
  if (tasks.length === 0) return '';
  return html`<table>
    <tr>
      <th>Task</th>
      <th>Assigned to</th>
      <th>Due</th>
      <th>Status</th>
      <th></th>
    </tr>
    ${tasks.map(
      (task) =>
        html`<tr>
          <td>${task.subject}</td>
          <td>${nameOf(task.ownerId)}</td>
          <td>${task.dueDate ?? 'no date'}</td>
          <td>${task.status}</td>
          <td>
            ${task.status === 'Completed' ? '' : button(`tasks/${task.id}/complete`, 'Complete')}
            ${button(`tasks/${task.id}/delete`, 'Delete')}
          </td>
        </tr>`,
    )}
  </table>`;
}
