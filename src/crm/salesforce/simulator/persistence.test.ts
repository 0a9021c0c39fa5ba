import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openSandboxStorage } from '../../../local/sandbox-kit/records.ts';
import { startReceiver } from './test-receiver.ts';
import { API, startTestStand } from './test-stand.ts';

test('a restart keeps records, files, settings, sessions, and what was not sent', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'salesforce-sandbox-'));
  const file = join(folder, 'salesforce.sqlite');
  const receiver = await startReceiver();

  const before = await startTestStand({ storage: openSandboxStorage(file) });
  before.control.outboundMessages.setUrl(receiver.url);
  before.control.relay.setTarget(async () => undefined);
  // Never started: what was collected waits on disk.
  const { id } = before.control.createOpportunity({ name: 'Fleet', contacts: [{ email: 'ines@x.example' }] });
  await before.sdk
    .sobject('ContentVersion')
    .create({ PathOnClient: 'a.txt', VersionData: 'aGVsbG8=', FirstPublishLocationId: id });
  before.control.stages.rename('Expansion', 'Growth');
  before.control.validationRules.add({ message: 'No' });
  before.control.validationRules.clear();
  const { source } = before.control.relay;
  const token = before.sdk.accessToken;
  await before.close();
  before.storage.close();

  const after = await startTestStand({ storage: openSandboxStorage(file) });
  const relayed: string[] = [];
  after.control.outboundMessages.setUrl(receiver.url);
  after.control.relay.setTarget(async (text) => void relayed.push(text));
  after.start();
  expect(after.control.opportunity(id)).toMatchObject({
    name: 'Fleet',
    contactRoles: [{ email: 'ines@x.example' }],
    stageHistory: [{ stageId: 'Prospecting' }],
    files: [{ name: 'a.txt', size: 5 }],
  });
  expect(after.control.stages.list()).toHaveLength(10);
  expect(after.control.stages.list()[8]?.label).toBe('Growth');
  expect(after.control.users()).toHaveLength(6);
  expect(after.control.relay.source).toBe(source);
  expect(after.control.createOpportunity({ name: 'Next' }).id > id).toBe(true);
  const limits = await fetch(`${after.url}${API}/limits`, { headers: { authorization: `Bearer ${token}` } });
  expect(limits.status).toBe(200);
  await expect.poll(() => receiver.received.map(({ body }) => body).join('')).toContain(`<sf:Id>${id}</sf:Id>`);
  await expect.poll(() => relayed.join('')).toContain(`"recordIds":["${id}"],"changeType":"CREATE"`);
  await after.close();
  after.storage.close();
  await receiver.close();
  rmSync(folder, { recursive: true });
});
