import { createHash } from 'node:crypto';
import { currentStage } from '../../src/domain/entries.ts';
import type { PlayedDeal } from '../../src/local/play/journey.ts';
import type { EndState } from '../../src/local/play/read-back.ts';
import type { Sandbox } from '../../src/local/sandbox/sandbox.ts';
import type { HubStore } from '../../src/store/hub-store.ts';
import { createTopology } from '../../src/topology.ts';
import type { EmulatedHub } from './emulated-hub.ts';
import { filesIn } from './files.ts';
import { linesOf } from './function-logs.ts';
import { expectSame } from './steps.ts';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What the simulators show in the end of a deal that was played through. */
export function checkEnd(end: EndState): void {
  expectSame('the end at the providers', end, {
    envelopesSent: 1,
    signed: 3,
    tasksCreated: 10,
    attachments: 2,
    stage: 'Expansion',
    problems: [],
  });
}

/** What the deployed table holds of such a deal. */
export async function checkDeal(store: HubStore, { dealId, envelopeId }: PlayedDeal): Promise<void> {
  const { deal, contracts, plans, tasks, writes } = await store.loadDealItems(dealId);
  expectSame('the deal in the table', deal === undefined ? 'none' : currentStage(deal), 'expansion');
  expectSame(
    'its contracts',
    contracts.map((each) => [each.n, each.state, each.envelopeId]),
    [[1, 'completed', envelopeId]],
  );
  expectSame('its plans', plans.map(({ play }) => play).sort(), ['discovery', 'onboarding']);
  expectSame(
    'its tasks',
    tasks.map(({ state }) => state),
    Array(10).fill('done'),
  );
  expectSame('write-backs that are not done', writes.filter(({ state }) => state !== 'done').length, 0);
}

/** What the deployed bucket holds of it: the signed document and its certificate, byte for byte. */
export async function checkFiles(bucket: string, { dealId, envelopeId }: PlayedDeal, sandbox: Sandbox): Promise<void> {
  const files = Object.entries(await filesIn(bucket)).filter(([key]) => key.startsWith(`contracts/${dealId}/`));
  const given = ['certificate', 'combined'].map((document) =>
    createHash('sha256').update(sandbox.docusign.control.document(envelopeId, document)).digest('hex'),
  );
  expectSame('the archived files', files.map(([, hash]) => hash).sort(), given.sort());
}

/** No message waits, none was given up, and nothing lies in quarantine. */
export async function checkNothingLeft(hub: EmulatedHub): Promise<void> {
  const { queues, deadLetterQueues } = createTopology();
  await hub.host.whenQuiet(30_000);
  expectSame('messages in dead-letter queues', await hub.messagesIn(deadLetterQueues), {});
  expectSame('messages in queues', await hub.messagesIn(queues.map(({ name }) => name)), {});
}

/** Events of the partner event source came through the rule on its bus: their deliveries have EventBridge's own ids. */
export async function checkPartnerEvents(store: HubStore, sandbox: Sandbox): Promise<void> {
  const days = [Date.now() - 86_400_000, Date.now()].map((atMs) => new Date(atMs).toISOString().slice(0, 10));
  const deliveries = (await Promise.all(days.map((day) => store.listDeliveries(day, 1000)))).flat();
  const came = deliveries.filter(({ provider, deliveryId }) => provider === 'salesforce' && UUID.test(deliveryId));
  const { relay } = sandbox.salesforce.control;
  expectSame('partner events that wait', relay.waiting().length, 0);
  expectSame(
    'partner events that were recorded',
    new Set(came.map((each) => each.deliveryId)).size,
    relay.sent().length,
  );
}

/** Says of a busy machine, not of the hub: the provider was asked to come again, and did. */
const TOO_SLOW = 'webhook.too-slow';

/** What the functions logged as errors: exactly what a check provoked. */
export async function checkLogs(prefix: string, provoked: readonly string[]): Promise<void> {
  const errors = (await linesOf(prefix)).filter(({ level, code }) => level === 'error' && code !== TOO_SLOW);
  const said = errors.map(({ fn, step, code }) => `${fn}: ${step}${code === undefined ? '' : ` (${code})`}`);
  expectSame('errors in the logs', [...new Set(said)].sort(), [...provoked].sort());
}
