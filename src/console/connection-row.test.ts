import { expect, it } from 'vitest';
import { config, connection } from '../domain/test-builders.ts';
import { createConsoleApi } from './api.ts';

const NOW_MS = Date.parse('2026-11-23T10:00:00Z');

const CONNECTIONS = [
  connection('crm', 'crm', {
    mode: 'observe',
    syncedWith: { connectionId: 'other', leading: 'other', graceMs: 1 },
    settings: { token: 'not to be shown' },
  }),
  connection('docusign', 'esign'),
];

const NOTES: Readonly<Record<string, unknown>> = {
  'crm check': {
    v: 1,
    ok: false,
    atMs: NOW_MS,
    sinceMs: NOW_MS - 60_000,
    code: 'crm.unauthorized',
    sentence: 'the key is wrong',
  },
  'crm last-refusal': {
    ...{ v: 1, kind: 'refusal', connectionId: 'crm', provider: 'hubspot', count: 3 },
    ...{ cause: 'signature-wrong', url: 'https://hooks.example.com/x', atMs: NOW_MS - 5 },
  },
};

const nothing = async () => [];
const never = () => Promise.reject(new Error('nobody asks for that'));

it('lists connections with what the last look at their accounts found, and no settings', async () => {
  const { status, body } = await connections();
  expect([status, body]).toEqual([
    200,
    {
      connections: [
        {
          id: 'crm',
          provider: 'hubspot',
          role: 'crm',
          mode: 'observe',
          syncedWith: 'other',
          check: {
            ok: false,
            atMs: NOW_MS,
            sinceMs: NOW_MS - 60_000,
            code: 'crm.unauthorized',
            sentence: 'the key is wrong',
          },
          lastRefusal: { cause: 'signature-wrong', url: 'https://hooks.example.com/x', atMs: NOW_MS - 5 },
        },
        { id: 'docusign', provider: 'docusign', role: 'esign', mode: 'live' },
      ],
    },
  ]);
});

async function connections() {
  const app = createConsoleApi({
    clock: { nowMs: () => NOW_MS },
    config: async () => config({ connections: CONNECTIONS }),
    store: {
      findDelivery: never,
      loadQuarantine: never,
      listQuarantineOf: never,
      resolveAlias: never,
      loadRecordMark: never,
      listDeals: nothing,
      loadDealItems: never,
      listDeliveries: nothing,
      listQuarantine: nothing,
      async loadConnectionNote<T>(connectionId: string, name: string) {
        const data = NOTES[`${connectionId} ${name}`];
        return data === undefined ? undefined : { version: 1, data: data as T };
      },
    },
    actions: { retry: never, replay: never },
  });
  const response = await app.request('http://127.0.0.1:4200/api/connections', { headers: { host: '127.0.0.1:4200' } });
  return { status: response.status, body: await response.json() };
}
