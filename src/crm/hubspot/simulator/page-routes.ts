import { html } from 'hono/html';
import type { HubSpotControl } from './control.ts';
import { faultSchema } from './control-inputs.ts';
import { describeIssues, readForm, type SimulatorApp } from './http.ts';
import { sandboxPage } from './page.ts';

/** The control page and its forms: every form answers with a redirect back to the page. */
export function pageRoutes(app: SimulatorApp, control: HubSpotControl, portalId: number): void {
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

  app.get('/_sandbox', (c) => c.html(sandboxPage(control, portalId)));
  act('deals', (_, form) => {
    const amount = text(form, 'amount');
    control.createDeal({ name: text(form, 'name'), ...(amount === '' ? {} : { amount }) });
  });
  act('deals/:id/move', (id, form) => void control.moveDeal(id, text(form, 'stage')));
  act('deals/:id/delete', (id) => control.deleteDeal(id));
  act('deals/:id/restore', (id) => void control.restoreDeal(id));
  act('tasks/:id/complete', (id) => void control.completeTask(id));
  act('faults', (_, form) => {
    const fields = [...form].filter(([, value]) => value !== '');
    const fault = faultSchema.safeParse(Object.fromEntries(fields));
    if (!fault.success) throw new Error(`The fault is not complete: ${describeIssues(fault.error)}`);
    control.faults.add(fault.data);
  });
  act('faults/clear', () => control.faults.clear());
  act('webhooks/hurry', () => control.webhooks.hurry());
  act('seed', () => control.seed());
}
