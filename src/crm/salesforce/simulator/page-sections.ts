import { html } from 'hono/html';
import { FAULT_KINDS } from '../../../local/sandbox-kit/faults.ts';
import type { SalesforceControl } from './control.ts';
import { RATE_LIMITS, SERVER_ERRORS } from './salesforce-faults.ts';

export type Html = ReturnType<typeof html>;

export function button(action: string, label: string): Html {
  return html`<form class="row" method="post" action="/_sandbox/${action}"><button>${label}</button></form>`;
}

export function instant(atMs: number): string {
  return new Date(atMs).toISOString().replace('.000Z', 'Z');
}

export function faultSection(control: SalesforceControl): Html {
  const options = (list: readonly string[]) =>
    html`<option></option>${list.map((each) => html`<option>${each}</option>`)}`;
  return html`<h2>Faults</h2>
    ${control.faults.list().map((fault) => html`<p>${JSON.stringify(fault)}</p>`)}
    <form class="row" method="post" action="/_sandbox/faults">
      <label>Kind <select name="kind">${FAULT_KINDS.map((kind) => html`<option>${kind}</option>`)}</select></label>
      <label>Matches <input name="match" placeholder="POST /sobjects/Task" size="32" /></label>
      <label>Times <input name="times" inputmode="numeric" size="4" /></label>
      <label>Error <select name="error">${options(SERVER_ERRORS)}</select></label>
      <label>Limit <select name="limit">${options(RATE_LIMITS)}</select></label>
      <label>Delay, ms <input name="delayMs" inputmode="numeric" size="6" /></label>
      <button>Add fault</button>
    </form>
    ${button('faults/clear', 'Clear faults')}`;
}

/** Every switch with its own form: one of true, false, a number, or a word. */
export function switchSection(control: SalesforceControl): Html {
  return html`<h2>Switches</h2>
    <table>
      ${Object.entries(control.switches.get()).map(([name, value]) => {
        const text = typeof value === 'string' ? value : JSON.stringify(value);
        return html`<tr>
          <td>${name}</td>
          <td>
            <form class="row" method="post" action="/_sandbox/switches">
              <input type="hidden" name="name" value="${name}" />
              <input name="value" value="${text}" aria-label="${name}" size="${Math.min(60, text.length + 4)}" />
              <button>Set</button>
            </form>
          </td>
        </tr>`;
      })}
    </table>`;
}

export function senderSection(control: SalesforceControl): Html {
  const { outboundMessages, relay, flow } = control;
  const sent = outboundMessages.sent().slice(-30).toReversed();
  return html`<h2>Outbound messages</h2>
    <p>
      ${outboundMessages.waiting().length} waiting, ${outboundMessages.givenUp().length} given up.
      ${outboundMessages.waiting().length === 0 ? '' : button('outbound-messages/hurry', 'Send them now')}
    </p>
    <table>
      <tr>
        <th>Time</th>
        <th>Message</th>
        <th>Attempt</th>
        <th>Answer</th>
      </tr>
      ${sent.map(
        (each) =>
          html`<tr>
            <td>${instant(each.atMs)}</td>
            <td>${each.id}</td>
            <td>${each.attempt}</td>
            <td>${each.status === 0 ? 'none' : each.status}${each.acknowledged ? '' : ', not acknowledged'}</td>
          </tr>`,
      )}
    </table>
    <h2>Event Relay</h2>
    <p>
      ${relay.source}: ${relay.isOn() ? 'running' : 'stopped'}, ${relay.sent().length} sent, ${relay.waiting().length} waiting.
      ${relay.waiting().length === 0 ? '' : button('relay/hurry', 'Send them now')}
      ${relay.isOn() ? button('relay/off', 'Stop the relay') : button('relay/on', 'Run the relay')}
    </p>
    <h2>Flow</h2>
    <p>${flow.settings()?.url ?? 'No flow posts new stages'}${flow.sent().length === 0 ? '' : `, ${flow.sent().length} sent`}.</p>`;
}

export function requestSection(control: SalesforceControl): Html {
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
            <td>${instant(each.atMs)}</td>
            <td class="wide">${each.method} ${each.path}${each.query}</td>
            <td>${each.status}</td>
          </tr>`,
      )}
    </table>`;
}
