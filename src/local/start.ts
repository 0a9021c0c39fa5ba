import { mkdirSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createJsonLog } from '../platform/log.ts';
import { loadBundles } from './functions.ts';
import { type LocalHub, startLocalHub } from './hub.ts';
import { playJourney } from './play/journey.ts';
import { playSalesforceDeal } from './play/salesforce-deal.ts';
import { playTwinDeal } from './play/twin-deal.ts';
import { isSandboxConnection } from './real-secrets.ts';
import { sayProblem } from './say-problem.ts';
import { optionsFrom, portFrom } from './start-problem.ts';
import { prepareStateFolder } from './state-folder.ts';

const folder = resolve(process.env['STAGEPOST_STATE'] ?? '.stagepost');
const configFile = process.env['STAGEPOST_CONFIG'] ?? 'stagepost.config.yaml';
const say = (line: string) => process.stdout.write(`${line}\n`);

function welcome(hub: LocalHub): void {
  const { hubspot, docusign, salesforce } = hub.sandbox;
  say(`
Stagepost is running.

  Hub                   ${hub.url}/
  HubSpot simulator     ${hubspot.url}/_sandbox   move deals, see tasks and files
  DocuSign simulator    ${docusign.url}/_sandbox   open and sign envelopes
  Salesforce simulator  ${salesforce.url}/_sandbox   the same for opportunities
  Configuration         ${configFile} (version ${hub.config.version})
  State and log         ${folder}

What to do next
  1. Move a deal to Procurement on the HubSpot or the Salesforce page: its contract goes out. HubSpot's pipeline
     Field sales is synced with Salesforce: such a deal appears there too, and gets one contract.
  2. Sign it as each party on the DocuSign page: the deal advances, the onboarding tasks appear.
  3. npx stagepost deals            all deals
     npx stagepost deal <id>        one deal's timeline, every decision in words

Ctrl-C ends it; the next npm start goes on where it was.
`);
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
  const hub = await startLocalHub({ folder, configFile, port, log, ...accounts, ...code });
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
  welcome(hub);
  await playFirstDeal(hub).catch((error: unknown) => {
    if (!stopping)
      say(`The sample deal did not come through: ${error instanceof Error ? error.message : String(error)}`);
  });
}

main().catch((error: unknown) => {
  process.stderr.write(sayProblem(error));
  process.exit(1);
});
