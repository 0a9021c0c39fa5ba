import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openSandboxStorage } from '../../../local/sandbox-kit/records.ts';
import { startTestStand } from './test-stand.ts';

test('a restart keeps records, tokens and webhooks that were not sent', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hubspot-sandbox-'));
  const file = join(folder, 'hubspot.sqlite');
  const bodies: string[] = [];
  const receiver = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => bodies.push(chunk.toString('utf8')));
    request.on('end', () => response.end());
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const webhookUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;

  const before = await startTestStand({ storage: openSandboxStorage(file), webhookUrl });
  // Never started: what was collected waits on disk.
  const deal = before.control.createDeal({ name: 'Fleet', contacts: [{ email: 'ines@x.example' }] });
  const grant = await before.sdk.oauth.tokensApi.create(
    'refresh_token',
    undefined,
    undefined,
    'sandbox-hubspot-client',
    'secret-of-the-app',
    'sandbox-hubspot-refresh-token',
  );
  await before.close();
  before.storage.close();

  const after = await startTestStand({ storage: openSandboxStorage(file), webhookUrl });
  after.start();
  expect(after.control.deal(deal.id)).toMatchObject({ name: 'Fleet', contacts: [{ email: 'ines@x.example' }] });
  expect(after.control.createDeal({ name: 'Next' }).id).toBe('31400000002');
  expect(after.control.pipelines.list()).toHaveLength(3);
  const headers = { authorization: `Bearer ${grant.accessToken}` };
  expect((await fetch(`${after.url}/account-info/v3/details`, { headers })).status).toBe(200);
  await expect.poll(() => bodies.join('')).toContain('"subscriptionType":"deal.creation","objectId":31400000001');
  await after.close();
  after.storage.close();
  await new Promise((resolve) => {
    receiver.close(resolve);
    receiver.closeAllConnections();
  });
  rmSync(folder, { recursive: true });
});
