import { mkdirSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isSandboxConnection } from '../config/sandbox-connection.ts';
import type { ConnectionCheck } from '../domain/connection-check.ts';
import { createJsonLog } from '../platform/log.ts';
import { loadBundles } from './functions.ts';
import { type LocalHub, startLocalHub } from './hub.ts';
import { playJourney } from './play/journey.ts';
import { playSalesforceDeal } from './play/salesforce-deal.ts';
import { playTwinDeal } from './play/twin-deal.ts';
import { sayProblem } from './say-problem.ts';
import { optionsFrom, portFrom } from './start-problem.ts';
import { prepareStateFolder } from './state-folder.ts';
import { welcome } from './welcome.ts';

const folder = resolve(process.env['STAGEPOST_STATE'] ?? '.stagepost');
const configFile = process.env['STAGEPOST_CONFIG'] ?? 'stagepost.config.yaml';
const say = (line: string) => process.stdout.write(`${line}\n`);

/** A wrong key or address is told where the hub was started, not on the first deal. */
async function sayTroubles({ config, store }: LocalHub): Promise<void> {
  for (const { id } of config.connections) {
    const check = (await store.loadConnectionNote<ConnectionCheck>(id, 'check'))?.data;
    if (check?.ok === false) say(`${id} does not answer: ${check.sentence ?? check.code}\n`);
  }
}

/** Only where everything is simulated: nothing plays by itself against a real account. */
async function playFirstDeal(hub: LocalHub): Promise<void> {
  if (!hub.config.connections.every(isSandboxConnection)) return;
  const played = await hub.store.loadConnectionNote<{ dealId?: string }>('~hub', 'sample-deal');
  if (played !== undefined) {
    if (played.data.dealId === undefined) {
      say(
        'The sample deal of the first start was interrupted; it goes on where it was. Sign its contract on the pages.\n',
      );
      await hub.store.putConnectionNote('~hub', 'sample-deal', { dealId: 'left to you' });
    }
    return;
  }
  await hub.store.putConnectionNote('~hub', 'sample-deal', {});
  // Sample deals to move by hand; they were there before the hub was connected, so nothing is said of them.
  hub.sandbox.hubspot.control.seed();
  hub.sandbox.salesforce.control.seed();
  say('First start: three deals are played through, so that there is something to see.\n');
  const { dealId } = await playJourney(hub, (title) => say(`  ${title}`));
  say('\n  And one in Salesforce:\n');
  const opportunity = await playSalesforceDeal(hub, (title) => say(`  ${title}`));
  say('\n  And one in both, because the two are synced:\n');
  const twin = await playTwinDeal(hub, (title) => say(`  ${title}`));
  await hub.store.putConnectionNote('~hub', 'sample-deal', { dealId });
  const all = [dealId, opportunity.dealId, twin.dealId];
  say(`\nDone. See all of it:\n${all.map((id) => `  npx stagepost deal ${id}`).join('\n')}\n`);
}

async function main(): Promise<void> {
  await prepareStateFolder(folder);
  mkdirSync(folder, { recursive: true });
  const logFile = join(folder, 'log.jsonl');
  const log = createJsonLog((line) => void appendFile(logFile, `${line}\n`).catch(() => undefined), 'local');
  const port = portFrom(process.env['STAGEPOST_PORT'] ?? '4200');
  // A test, or whoever wants to be sure: then `.env` is not opened, and a real account is refused.
  const sandboxOnly = process.env['STAGEPOST_SANDBOX_ONLY'] === '1';
  const accounts = sandboxOnly ? {} : { envFile: resolve('.env') };
  const { bundles } = optionsFrom(process.argv.slice(2));
  const code = bundles ? { load: loadBundles(resolve('dist')) } : {};
  const hub = await startLocalHub({
    folder,
    configFile,
    port,
    log,
    onNotSynced: (id, why) => say(`The sync of the two CRMs leaves HubSpot deal ${id} out: ${why}\n`),
    ...accounts,
    ...code,
  });
  let stopping = false;
  const stop = async () => {
    if (stopping) process.exit(130);
    stopping = true;
    say('\nStopping; what is under way is finished first (Ctrl-C again ends at once).');
    await hub.stop();
    say('Stopped.');
    process.exit(0);
  };
  process.on('SIGINT', () => void stop());
  process.on('SIGTERM', () => void stop());
  if (bundles) say('The functions are the built bundles in dist/, as they are deployed.');
  say(welcome(hub, { configFile, folder }));
  // What happened while the hub was away, and whether every account answers: now, not in five minutes.
  await hub.host.invoke('reconcile', { job: 'catch-up' }).catch(() => undefined);
  await sayTroubles(hub);
  await playFirstDeal(hub).catch((error: unknown) => {
    if (!stopping)
      say(`The sample deal did not come through: ${error instanceof Error ? error.message : String(error)}`);
  });
}

main().catch((error: unknown) => {
  process.stderr.write(sayProblem(error));
  process.exit(1);
});
