import { html } from 'hono/html';
import type { SalesforceControl } from './control.ts';
import { faultSchema, switchesSchema } from './control-inputs.ts';
import { describeIssues, readForm, type SimulatorApp } from './http.ts';
import { sandboxPage } from './page.ts';

/** The control page and its forms: every form answers with a redirect back to the page. */
export function pageRoutes(app: SimulatorApp, control: SalesforceControl): void {
  const act = (path: string, run: (id: string, form: FormData) => void) => {
    app.post(`/_sandbox/${path}`, async (c) => {
      try {
        run(c.req.param('id') ?? '', await readForm(c));
      } catch (error) {
        const sentence = error instanceof Error ? error.message : String(error);
        return c.html(
          html`<!doctype html><title>Not done</title><p>${sentence}</p><p><a href="/_sandbox">Back</a></p>`,
          400,
        );
      }
      return c.redirect('/_sandbox', 303);
    });
  };
  const text = (form: FormData, name: string) => String(form.get(name) ?? '').trim();

  app.get('/_sandbox', (c) => c.html(sandboxPage(control)));
  act('opportunities', (_, form) => {
    const amount = text(form, 'amount');
    if (amount !== '' && !Number.isFinite(Number(amount))) throw new Error(`"${amount}" is no amount.`);
    control.createOpportunity({ name: text(form, 'name'), ...(amount === '' ? {} : { amount: Number(amount) }) });
  });
  act('opportunities/:id/move', (id, form) => void control.moveOpportunity(id, text(form, 'stage')));
  act('opportunities/:id/delete', (id) => control.deleteOpportunity(id));
  act('opportunities/:id/undelete', (id) => void control.undeleteOpportunity(id));
  act('tasks/:id/complete', (id) => void control.completeTask(id));
  act('tasks/:id/delete', (id) => control.deleteTask(id));
  act('faults', (_, form) => {
    const fields = [...form].filter(([, value]) => value !== '');
    const fault = faultSchema.safeParse(Object.fromEntries(fields));
    if (!fault.success) throw new Error(`The fault is not complete: ${describeIssues(fault.error)}`);
    control.faults.add(fault.data);
  });
  act('faults/clear', () => control.faults.clear());
  act('switches', (_, form) => {
    const changes = switchesSchema.safeParse({ [text(form, 'name')]: meantBy(text(form, 'value')) });
    if (!changes.success) throw new Error(`The switch cannot be set to that: ${describeIssues(changes.error)}`);
    control.switches.set(changes.data);
  });
  act('outbound-messages/hurry', () => control.outboundMessages.hurry());
  act('relay/hurry', () => control.relay.hurry());
  act('relay/on', () => control.relay.turn(true));
  act('relay/off', () => control.relay.turn(false));
  act('seed', () => control.seed());
}

/** Numbers, lists and true or false are meant as such, everything else is a word. */
function meantBy(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
