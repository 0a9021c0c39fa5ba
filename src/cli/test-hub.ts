import { fileURLToPath } from 'node:url';
import { createConsoleApi } from '../console/api.ts';
import { currentStage } from '../domain/entries.ts';
import { config } from '../domain/test-builders.ts';
import { createHubStore } from '../store/hub-store.ts';
import { createMemoryTable } from '../store/memory-table.ts';
import { runCli } from './main.ts';
import { SAMPLE_DEAL } from './sample-deal.ts';

export const NOW_MS = Date.parse('2026-05-04T08:00:00Z');

export const changes = [{ transitionId: 't/3', stageId: '1099', from: 'unknown', to: 'procurement' }] as const;

/** The sample's contract has a draft, and there is a second one without. */
export const sample = {
  ...SAMPLE_DEAL,
  contracts: SAMPLE_DEAL.contracts.flatMap((contract) => [
    { ...contract, inputsHash: 'abc123', subject: 'Contract for Fabrikam' },
    { ...contract, n: 2, state: 'planned' as const },
  ]),
};

function hub(notes: Readonly<Record<string, unknown>> = {}) {
  const acted: string[] = [];
  const { deal } = SAMPLE_DEAL;
  const api = createConsoleApi({
    clock: { nowMs: () => NOW_MS },
    store: {
      ...createHubStore({ table: createMemoryTable({ nowMs: () => NOW_MS }), stageOf: currentStage }),
      listDeals: async (stage) => (deal === undefined || stage === 'lost' ? [] : [deal]),
      loadDealItems: async (dealId) => {
        const { deal: _, ...none } = SAMPLE_DEAL;
        return dealId === 'crm-main.42' ? sample : { ...none, contracts: [] };
      },
      listDeliveries: async (day) =>
        day !== '2026-05-04'
          ? []
          : [
              {
                v: 1,
                deliveryId: 'd-1',
                provider: 'somecrm',
                connectionId: 'crm-main',
                receivedAtMs: NOW_MS,
                traceId: 't',
                signals: 3,
                rejects: 1,
                ignored: { contact: 2 },
                dealIds: ['crm-main.42', 'crm-main.43'],
              },
            ],
      listQuarantine: async () => [
        {
          v: 1,
          id: 'd-1.1',
          deliveryId: 'd-1',
          connectionId: 'crm-main',
          provider: 'somecrm',
          atMs: NOW_MS,
          code: 'account.unknown',
          sentence: 'no connection has account 77; add it under "connections"',
          index: 0,
          excerpt: '{}',
        },
        {
          v: 1,
          id: 'd-0.1',
          deliveryId: 'd-0',
          connectionId: 'crm-main',
          provider: 'somecrm',
          atMs: NOW_MS - 1000,
          code: 'json.broken',
          sentence: 'the body is not JSON',
          index: -1,
          excerpt: '{',
          resolvedAtMs: NOW_MS,
          resolvedBy: 'ada',
          bodyGone: 'expired',
        },
      ],
      async loadConnectionNote<T>(connectionId: string, name: string) {
        const data = notes[`${connectionId} ${name}`];
        return data === undefined ? undefined : { version: 1, data: data as T };
      },
    },
    config: async () => config(),
    actions: {
      async retry(dealId, who) {
        acted.push(`retry ${dealId} by ${who}`);
        return { ok: true, sentence: `every worker looks at ${dealId} again now` };
      },
      async replay(id, who) {
        acted.push(`replay ${id} by ${who}`);
        return { ok: false, code: 'quarantine.unknown', sentence: `nothing in quarantine has the id "${id}"` };
      },
      async approve(dealId, n, inputsHash, who) {
        acted.push(`approve ${dealId} ${n} ${inputsHash} by ${who}`);
        return { ok: true, sentence: `contract ${n} is approved and goes out now` };
      },
      async void(dealId, n, reason, who) {
        acted.push(`void ${dealId} ${n} for ${reason} by ${who}`);
        return { ok: true, sentence: `contract ${n} is voided now` };
      },
      async previewRemap(dealId) {
        return { ok: true, sentence: 'one transition would change', changes: dealId === 'crm-main.42' ? changes : [] };
      },
      async remap(dealId, who) {
        acted.push(`remap ${dealId} by ${who}`);
        return { ok: true, sentence: 'one transition mapped again', changes };
      },
    },
  });
  return { api, acted };
}

/** Runs a command against a hub that answers as the real one does, without a network. */
export async function runOnHub(
  args: string[],
  options: {
    fetch?: typeof fetch;
    variables?: Record<string, string>;
    userName?: string;
    notes?: Readonly<Record<string, unknown>>;
  } = {},
) {
  const { api, acted } = hub(options.notes);
  const asked: string[] = [];
  let out = '';
  let errors = '';
  const code = await runCli(args, {
    variables: options.variables ?? {},
    fetch: (input, init) => {
      asked.push(String(input));
      if (options.fetch !== undefined) return options.fetch(input, init);
      const request = new Request(input, init);
      request.headers.set('host', new URL(request.url).host);
      return Promise.resolve(api.fetch(request));
    },
    write: (text) => {
      out += text;
    },
    writeError: (text) => {
      errors += text;
    },
    userName: () => options.userName ?? 'ada',
    timeZone: 'Europe/Berlin',
    width: 100,
    folder: fileURLToPath(new URL('../..', import.meta.url)),
  });
  return { code, out, errors, asked, acted };
}
