import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestStand, type TestStand } from './test-stand.ts';

let salesforce: TestStand;
beforeEach(async () => {
  salesforce = await startTestStand();
});
afterEach(() => salesforce.close());

const page = async () => (await fetch(`${salesforce.url}/_sandbox`)).text();
const submit = (path: string, fields: Record<string, string> = {}) =>
  fetch(`${salesforce.url}/_sandbox/${path}`, {
    method: 'POST',
    body: new URLSearchParams(fields),
    redirect: 'manual',
    headers: { origin: salesforce.url },
  });

test('shows an empty org with a way to fill it', async () => {
  expect(await page()).toContain('Add sample opportunities');
  const answer = await submit('seed');
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/_sandbox']);
  const shown = await page();
  expect(shown).toContain('Northwind Robotics: fleet platform');
  expect(shown).toContain('Ines Moreau (Contract signer)');
  expect(shown).not.toContain('Add sample opportunities');
});

test('a button for every active stage moves the opportunity there', async () => {
  const { id } = salesforce.control.createOpportunity({ name: 'Fleet' });
  salesforce.control.stages.deactivate('Management');
  expect((await page()).match(/name="stage" value="[^"]+"/g)).toHaveLength(9);
  await submit(`opportunities/${id}/move`, { stage: 'Procurement' });
  expect(salesforce.control.opportunity(id).stage.label).toBe('Procurement & legal');
  const shown = await page();
  expect(shown).toMatch(/value="Procurement"\s+aria-current="true"/);
  expect(shown).toContain('2026-03-02T09:00:00Z Procurement &amp; legal');
});

test('shows tasks and files, completes and deletes tasks', async () => {
  const { id } = salesforce.control.createOpportunity({ name: 'Fleet' });
  const task = await salesforce.sdk
    .sobject('Task')
    .create({ Subject: 'Kick-off', WhatId: id, ActivityDate: '2026-03-09' });
  const file = { PathOnClient: 'a.txt', VersionData: 'aGVsbG8=', FirstPublishLocationId: id };
  await salesforce.sdk.sobject('ContentVersion').create(file);
  const shown = await page();
  expect(shown).toContain('<td>2026-03-09</td>');
  expect(shown).toContain(
    'File a.txt, 5 bytes, SHA-256 2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
  );
  await submit(`tasks/${task.id}/complete`);
  expect(salesforce.control.tasks(id)[0]?.status).toBe('Completed');
  await submit(`tasks/${task.id}/delete`);
  expect(salesforce.control.tasks(id)).toEqual([]);
});

test('creates, deletes and restores an opportunity, sets switches, adds and clears faults', async () => {
  await submit('opportunities', { name: 'Fleet', amount: '12' });
  const [opportunity] = salesforce.control.opportunities();
  expect(opportunity?.fields['Amount']).toBe(12);
  await submit(`opportunities/${opportunity?.id}/delete`);
  expect(await page()).toContain('Recycle bin');
  await submit(`opportunities/${opportunity?.id}/undelete`);
  expect(await page()).not.toContain('Recycle bin');
  await submit('switches', { name: 'pageSize', value: '5' });
  await submit('switches', { name: 'fieldHistory', value: 'on' });
  await submit('switches', { name: 'outboundMessageFields', value: '["Id"]' });
  expect(salesforce.control.switches.get()).toMatchObject({
    pageSize: 5,
    fieldHistory: 'on',
    outboundMessageFields: ['Id'],
  });
  await submit('faults', { kind: 'server-error', match: 'GET /limits', times: '3', error: '', limit: '', delayMs: '' });
  expect(salesforce.control.faults.list()).toEqual([{ kind: 'server-error', match: 'GET /limits', times: 3 }]);
  await submit('faults/clear');
  expect(salesforce.control.faults.list()).toEqual([]);
  await submit('relay/off');
  expect(salesforce.control.relay.isOn()).toBe(false);
});

test('escapes everything it shows', async () => {
  const name = `<script>alert("1")</script>&'`;
  const { id } = salesforce.control.createOpportunity({
    name,
    account: { name: '<b>x' },
    contacts: [{ email: 'a@x.example', firstName: '<b>x' }],
    fields: { NextStep: '<em>' },
  });
  await salesforce.call('GET', '/query?q=<img>');
  salesforce.control.faults.add({ kind: 'webhook-drop', match: '<i>' });
  salesforce.control.deleteOpportunity(salesforce.control.createOpportunity({ name: '<u>gone' }).id);
  const shown = await page();
  expect(shown).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;');
  for (const tag of ['<script', '<b>', '<img', '<i>', '<u>', '<em>']) expect(shown).not.toContain(tag);
  expect(shown).toContain(`/_sandbox/opportunities/${id}/move`);
});

test('says what is wrong instead of showing a stack', async () => {
  const answer = await submit('opportunities/9/move', { stage: '<b>' });
  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain('There is no stage &quot;&lt;b&gt;&quot;.');
  expect(await (await submit('faults', { kind: 'server-error', times: 'many' })).text()).toContain(
    'The fault is not complete: times: ',
  );
  expect(await (await submit('switches', { name: 'pageSize', value: 'many' })).text()).toContain(
    'The switch cannot be set to that: pageSize: ',
  );
  expect(await (await submit('opportunities', { name: 'a', amount: 'much' })).text()).toContain('is no amount.');
});
