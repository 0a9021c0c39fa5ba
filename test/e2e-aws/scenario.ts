import { join } from 'node:path';
import type { DeployResult } from '../../cdk/after-deploy.ts';
import { deployHub } from '../../cdk/deploy-hub.ts';
import { destroyHub } from '../../cdk/destroy-hub.ts';
import { type PlayedDeal, playJourney } from '../../src/local/play/journey.ts';
import { type EndState, readBack, readBackSalesforce } from '../../src/local/play/read-back.ts';
import { playSalesforceDeal } from '../../src/local/play/salesforce-deal.ts';
import type { Sandbox } from '../../src/local/sandbox/sandbox.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { deployedNames } from '../../src/wiring/deployed-names.ts';
import type { EmulatedDeps } from './deploy-deps.ts';
import { checkDoubled, checkRefusals, checkUnfilledSecret } from './door-checks.ts';
import { createEmulatedHub, storeOf } from './emulated-hub.ts';
import { checkDeal, checkEnd, checkFiles, checkLogs, checkNothingLeft, checkPartnerEvents } from './end-checks.ts';
import { linesOf } from './function-logs.ts';
import { acceptPartnerSource, createPartner } from './partner-source.ts';
import { REGION } from './place.ts';
import { putSecret } from './secrets.ts';
import { compareWithTemplate, stackExists } from './stacks.ts';
import { expectSame, type Steps } from './steps.ts';

export const PREFIX = 'stagepost-e2e';
const DATA_STACK = `${PREFIX}-data`;
const APP_STACK = `${PREFIX}-app`;
/** MiniStack's own, unless told otherwise. */
const ACCOUNT = '000000000000';
const BUCKET = deployedNames(PREFIX).bucket(ACCOUNT, REGION);

export interface Scene {
  readonly steps: Steps;
  readonly deps: EmulatedDeps;
  readonly sandbox: Sandbox;
  readonly folder: string;
}

/** What is printed in the end, for machines. */
export interface Counts {
  readonly deployments: number;
  readonly resources: number;
  readonly deals: number;
  readonly envelopesSent: number;
  readonly signed: number;
  readonly tasksCreated: number;
  readonly attachments: number;
}

/** Deploys, plays a deal, destroys, deploys again over the data that stayed, plays another one, and destroys. */
export async function playScenario(scene: Scene): Promise<Counts> {
  const { steps, sandbox, folder } = scene;
  const { hubspot, salesforce, docusign } = sandbox.secrets;
  const key = (hubspot as { readonly signingKeys: readonly string[] }).signingKeys[0] ?? '';

  await steps.step('the partner event source of the CRM is accepted in the account', () =>
    acceptPartnerSource(sandbox.salesforce.control.relay.source, ACCOUNT),
  );
  const first = await deploy(scene);
  expectSame('secrets without a value', [...first.result.secretsWithoutValue].sort(), [
    'stagepost/docusign-main',
    'stagepost/hubspot-main',
    'stagepost/salesforce-main',
  ]);
  await steps.step('a webhook before its secret has a value is answered 503', () =>
    checkUnfilledSecret(first.result.publicUrl),
  );
  await steps.step('put-secret-value for two connections', async () => {
    await putSecret('stagepost/hubspot-main', hubspot, folder);
    await putSecret('stagepost/docusign-main', docusign, folder);
  });
  await steps.step('what is not signed, stale, signed for another address or too large is refused', () =>
    checkRefusals(first.result.publicUrl, key),
  );

  sandbox.begin({ ...doorsOf(first.result), partnerEvents: createPartner() });
  const hub = await createEmulatedHub({ url: first.result.publicUrl, prefix: PREFIX, sandbox, folder });
  for (const { control } of [sandbox.hubspot, sandbox.docusign]) {
    control.faults.add({ kind: 'webhook-duplicate', match: '' });
  }
  const { deal, end } = await steps.step('a deal in HubSpot, every webhook sent twice', async (note) => {
    const played = await playJourney(hub, note);
    const seen = readBack(hub, played);
    checkEnd(seen);
    return { deal: played, end: seen };
  });
  await steps.step('the same signed request three times: nothing happens twice', () =>
    checkDoubled(hub, deal.recordId, deal.dealId, key),
  );
  await steps.step('the schedule wakes reconcile', async () => {
    await hub.host.fire('catch-up');
    const lines = await linesOf(PREFIX, ['reconcile']);
    expectSame(
      'reconcile came to an end',
      lines.some(({ step }) => step === 'reconcile.done'),
      true,
    );
  });
  await steps.step('read back: table, bucket, queues, logs', async () => {
    await checkNothingLeft(hub);
    await checkDeal(hub.store, deal);
    await checkFiles(BUCKET, deal, sandbox);
    await checkLogs(PREFIX, ['webhooks: webhook.not-accepted (secrets.missing)']);
  });

  await destroy(scene);
  await steps.step('the data stayed', () => checkDataStayed(deal, sandbox));

  await steps.step('put-secret-value for the third connection', () =>
    putSecret('stagepost/salesforce-main', salesforce, folder),
  );
  const second = await deploy(scene);
  expectSame('secrets without a value', second.result.secretsWithoutValue, []);
  redirect(sandbox, second.result);
  const again = await createEmulatedHub({ url: second.result.publicUrl, prefix: PREFIX, sandbox, folder });
  const secondEnd = await steps.step('a deal in Salesforce, on the new address and the old data', async (note) => {
    const played = await playSalesforceDeal(again, note);
    const seen = readBackSalesforce(again, played);
    checkEnd(seen);
    await checkNothingLeft(again);
    await checkDeal(again.store, deal);
    await checkDeal(again.store, played);
    await checkFiles(BUCKET, played, sandbox);
    await checkPartnerEvents(again.store, sandbox);
    await checkLogs(PREFIX, []);
    return seen;
  });
  await destroy(scene);
  return counts(first.resources, [end, secondEnd]);
}

async function deploy({ steps, deps }: Scene): Promise<{ readonly result: DeployResult; readonly resources: number }> {
  const result = await steps.step('npm run deploy -- --yes', async (note) => {
    const answer = await deployHub({ yes: true, letGo: [] }, deps);
    note(`${answer.publicUrl}, configuration ${answer.configuration}`);
    return answer;
  });
  const resources = await steps.step('every resource of the templates is there', async (note) => {
    const { folder } = deps;
    const data = await compareWithTemplate(DATA_STACK, join(folder, 'Data.template.json'));
    const app = await compareWithTemplate(APP_STACK, join(folder, 'App.template.json'));
    note(`${data} in ${DATA_STACK}, ${app} in ${APP_STACK}`);
    return data + app;
  });
  return { result, resources };
}

function destroy({ steps, deps }: Scene): Promise<void> {
  return steps.step('npm run destroy -- --yes', async () => {
    expectSame('the exit code of cdk destroy', await destroyHub({ yes: true, letGo: [] }, deps), 0);
    expectSame('the stack of what runs is there', await stackExists(APP_STACK), false);
    expectSame('the stack of the data is there', await stackExists(DATA_STACK), true);
  });
}

async function checkDataStayed(deal: PlayedDeal, sandbox: Sandbox): Promise<void> {
  await checkDeal(storeOf({ variables: process.env, clock: systemClock }, PREFIX), deal);
  await checkFiles(BUCKET, deal, sandbox);
}

function doorsOf({ webhooks }: DeployResult) {
  const urlOf = (provider: string) => webhooks.find((each) => each.provider === provider)?.url;
  return { hubspot: urlOf('hubspot'), salesforce: urlOf('salesforce') };
}

/** The new deployment has a new address; somebody types it in at the providers, and the token stays. */
function redirect({ hubspot, salesforce }: Sandbox, result: DeployResult): void {
  const doors = doorsOf(result);
  hubspot.control.webhooks.setUrl(doors.hubspot);
  const { outboundMessages } = salesforce.control;
  const token = new URL(outboundMessages.url() ?? '').search;
  outboundMessages.setUrl(`${doors.salesforce}${token}`);
}

function counts(resources: number, ends: readonly EndState[]): Counts {
  const sum = (of: (end: EndState) => number) => ends.reduce((total, end) => total + of(end), 0);
  return {
    deployments: 2,
    resources,
    deals: ends.length,
    envelopesSent: sum((end) => end.envelopesSent),
    signed: sum((end) => end.signed),
    tasksCreated: sum((end) => end.tasksCreated),
    attachments: sum((end) => end.attachments),
  };
}
