import { createHmac } from 'node:crypto';
import type { NewDeal } from '../../../src/crm/hubspot/simulator/new-deal.ts';
import type { ContractState } from '../../../src/domain/contract.ts';
import { currentStage } from '../../../src/domain/entries.ts';
import type { Stage } from '../../../src/domain/stages.ts';
import { SAMPLE_DEAL } from '../../../src/local/play/journey.ts';
import { until } from '../../../src/local/play/until.ts';
import type { CaptureStand } from './capture-stand.ts';

export const CRM = 'hubspot-main';

export function create(
  { hub }: CaptureStand,
  changes: Partial<NewDeal>,
): { readonly id: string; readonly dealId: string } {
  const { id } = hub.sandbox.hubspot.control.createDeal({ ...SAMPLE_DEAL, ...changes });
  return { id, dealId: `${CRM}.${id}` };
}

export async function sentDeal(stand: CaptureStand) {
  const { id, dealId } = create(stand, { stage: 'Procurement' });
  await contractIs(stand, dealId, 'sent');
  await quiet(stand);
  return { id, dealId, envelopeId: (await stand.hub.store.loadContract(dealId, 1))?.envelopeId ?? '' };
}

export function sign({ hub }: CaptureStand, envelopeId: string): void {
  for (const recipient of ['1', '2', '3']) hub.sandbox.docusign.control.sign(envelopeId, recipient);
}

export async function contractIs(
  { hub }: CaptureStand,
  dealId: string,
  state: ContractState,
  n = 1,
  timeoutMs = 30_000,
): Promise<void> {
  await until(
    `contract ${n} of ${dealId} is ${state}`,
    async () => {
      const found = (await hub.store.loadContract(dealId, n))?.state;
      return found === state || undefined;
    },
    timeoutMs,
  );
}

export async function stageIs({ hub }: CaptureStand, dealId: string, stage: Stage): Promise<void> {
  await until(`${dealId} is in ${stage}`, async () => {
    const deal = await hub.store.loadDeal(dealId);
    return (deal !== undefined && currentStage(deal) === stage) || undefined;
  });
}

export async function handedOver(stand: CaptureStand, id: string, dealId: string): Promise<void> {
  await stageIs(stand, dealId, 'implementation');
  await until('the tasks are there', async () => {
    const { tasks } = await stand.hub.store.loadDealItems(dealId);
    const made = tasks.filter(({ planKey, state }) => planKey.startsWith('onboarding') && state === 'done');
    return made.length >= 8 || undefined;
  });
  await until('the files are there', () => {
    const files = stand.hub.sandbox.hubspot.control.deal(id).notes.flatMap((note) => note.files);
    return files.length >= 2 || undefined;
  });
  await quiet(stand);
}

export async function quiet({ hub }: CaptureStand): Promise<void> {
  // What a provider collects before it sends comes a little later than quiet.
  await new Promise((resolve) => setTimeout(resolve, 150));
  await hub.host.whenQuiet(40_000);
}

export async function inputsHash({ hub }: CaptureStand, dealId: string) {
  return { inputsHash: (await hub.store.loadContract(dealId, 1))?.inputsHash };
}

export function isContract(state: ContractState) {
  return (item: { readonly sk: string; readonly [name: string]: unknown }) =>
    item.sk === 'CONTRACT#1' && fieldOf(item['d'], 'state') === state;
}

export function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

/** Posts a webhook as HubSpot does. */
export async function post({ hub, clock }: CaptureStand, body: unknown, signature?: string): Promise<void> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const url = `${hub.url}/webhooks/hubspot/hubspot-main`;
  const { signingKeys } = hub.sandbox.secrets['hubspot'] as { readonly signingKeys: readonly string[] };
  const atMs = clock.nowMs();
  const right = createHmac('sha256', signingKeys[0] ?? '')
    .update(`POST${url}${text}${atMs}`)
    .digest('base64');
  await fetch(url, {
    method: 'POST',
    body: text,
    headers: {
      'content-type': 'application/json',
      'x-hubspot-request-timestamp': String(atMs),
      'x-hubspot-signature-v3': signature ?? right,
    },
  });
}
