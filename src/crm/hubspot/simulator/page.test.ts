import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestStand, type TestStand } from './test-stand.ts';

let hubspot: TestStand;
beforeEach(async () => {
  hubspot = await startTestStand();
});
afterEach(() => hubspot.close());

const page = async () => (await fetch(`${hubspot.url}/_sandbox`)).text();
const submit = (path: string, fields: Record<string, string> = {}) =>
  fetch(`${hubspot.url}/_sandbox/${path}`, {
    method: 'POST',
    body: new URLSearchParams(fields),
    redirect: 'manual',
    headers: { origin: hubspot.url },
  });

test('shows an empty portal with a way to fill it', async () => {
  expect(await page()).toContain('Add sample deals');
  const answer = await submit('seed');
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/_sandbox']);
  const shown = await page();
  expect(shown).toContain('Northwind Robotics: fleet platform');
  expect(shown).toContain('Ines Moreau (Contract signer)');
  expect(shown).not.toContain('Add sample deals');
});

test('a button for every stage moves the deal there', async () => {
  const { id } = hubspot.control.createDeal({ name: 'Fleet' });
  expect((await page()).match(/name="stage" value="\d+"/g)).toHaveLength(10);
  await submit(`deals/${id}/move`, { stage: '1100000006' });
  expect(hubspot.control.deal(id).stage.label).toBe('Procurement');
  expect(await page()).toMatch(/value="1100000006"\s+aria-current="true"/);
});

test('creates, deletes and restores a deal, completes a task, adds and clears faults', async () => {
  await submit('deals', { name: 'Fleet', amount: '12' });
  const [deal] = hubspot.control.deals();
  expect(deal?.properties['amount']).toBe('12');
  const task = await hubspot.call('POST', '/crm/v3/objects/tasks', {
    properties: { hs_timestamp: '1772528400000', hs_task_subject: 'Kick-off' },
    associations: [
      {
        to: { id: deal?.id },
        types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 216 }],
      },
    ],
  });
  expect(await page()).toContain('<td>2026-03-03</td>');
  await submit(`tasks/${(await task.json()).id}/complete`);
  expect(hubspot.control.tasks(deal?.id ?? '')[0]?.status).toBe('COMPLETED');
  await submit(`deals/${deal?.id}/delete`);
  expect(await page()).toContain('Deleted deals');
  await submit(`deals/${deal?.id}/restore`);
  expect(await page()).not.toContain('Deleted deals');
  await submit('faults', { kind: 'server-error', match: 'GET /crm', times: '3', status: '', delayMs: '' });
  expect(hubspot.control.faults.list()).toEqual([{ kind: 'server-error', match: 'GET /crm', times: 3 }]);
  await submit('faults/clear');
  expect(hubspot.control.faults.list()).toEqual([]);
});

test('escapes everything it shows', async () => {
  const name = `<script>alert("1")</script>&'`;
  const { id } = hubspot.control.createDeal({ name, contacts: [{ email: 'a@x.example', firstName: '<b>x' }] });
  await hubspot.call('GET', '/crm/v3/objects/deals/1?x=<img>');
  hubspot.control.faults.add({ kind: 'webhook-drop', match: '<i>' });
  hubspot.control.deleteDeal(hubspot.control.createDeal({ name: '<u>gone' }).id);
  const shown = await page();
  expect(shown).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;');
  for (const tag of ['<script', '<b>', '<img', '<i>', '<u>']) expect(shown).not.toContain(tag);
  expect(shown).toContain(`/_sandbox/deals/${id}/move`);
});

test('says what is wrong instead of showing a stack', async () => {
  const answer = await submit('deals/9/move', { stage: '<b>' });
  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain('There is no deal 9; list the deals to see their ids.');
  const fault = await submit('faults', { kind: 'server-error', times: 'many' });
  expect(await fault.text()).toContain('The fault is not complete: times: ');
});
