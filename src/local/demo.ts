import { resolve } from 'node:path';
import { silentLog } from '../platform/log.ts';
import { loadBundles } from './functions.ts';
import { startLocalHub } from './hub.ts';
import { playJourney } from './play/journey.ts';
import type { Narrate } from './play/narrate.ts';
import { type EndState, readBack, readBackSalesforce, readBackTwin } from './play/read-back.ts';
import { playSalesforceDeal } from './play/salesforce-deal.ts';
import { playTwinDeal } from './play/twin-deal.ts';
import { sayProblem } from './say-problem.ts';
import { optionsFrom } from './start-problem.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);

/** The whole journey, narrated, in memory, on free ports of loopback; reads no `.env`. */
async function main(): Promise<number> {
  const startedAtMs = Date.now();
  say('Stagepost demo: three enterprise deals, from the CRM to a signed contract to onboarding tasks:');
  say('one in HubSpot, one in Salesforce, and one that lives in both because the two are synced.');
  say('HubSpot, Salesforce and DocuSign are simulators on this machine that speak the real wire.');
  const { bundles } = optionsFrom(process.argv.slice(2));
  const code = bundles ? { load: loadBundles(resolve('dist')) } : {};
  if (bundles) say('The functions are the built bundles in dist/, as they are deployed.');
  const configFile = 'stagepost.config.yaml';
  const hub = await startLocalHub({ folder: undefined, configFile, port: 0, log: silentLog, ...code });
  try {
    const ends: EndState[] = [];
    say('\nA deal in HubSpot\n');
    ends.push(readBack(hub, await playJourney(hub, narrator())));
    say('\nA deal in Salesforce\n');
    ends.push(readBackSalesforce(hub, await playSalesforceDeal(hub, narrator())));
    say('\nA deal in both\n');
    ends.push(readBackTwin(hub, await playTwinDeal(hub, narrator())));
    const deliveries = await countDeliveries(hub);
    const problems = ends.flatMap((end) => end.problems);

    say('\nRead back from the simulators:');
    for (const problem of problems) say(`  WRONG: ${problem}`);
    if (problems.length === 0) {
      say('  for every deal one envelope, one invitation per signer, all tasks owned and due, both files attached;');
      say('  for the deal in both CRMs as well: once, not twice');
    }
    const seconds = Math.round((Date.now() - startedAtMs) / 100) / 10;
    const sum = (of: (end: EndState) => number) => ends.reduce((total, end) => total + of(end), 0);
    say(
      JSON.stringify({
        deals: ends.length,
        twins: 1,
        deliveries,
        envelopesSent: sum((end) => end.envelopesSent),
        signed: sum((end) => end.signed),
        tasksCreated: sum((end) => end.tasksCreated),
        attachments: sum((end) => end.attachments),
        stages: ends.map(({ stage }) => stage),
        seconds,
      }),
    );
    return problems.length === 0 ? 0 : 1;
  } finally {
    await hub.stop();
  }
}

/** Numbers the steps of one deal. */
function narrator(): Narrate {
  let step = 0;
  return (title, evidence = []) => {
    step += 1;
    say(`${String(step).padStart(2)}. ${title}`);
    for (const line of evidence) say(`      ${line}`);
  };
}

async function countDeliveries(hub: Awaited<ReturnType<typeof startLocalHub>>): Promise<number> {
  const today = new Date().toISOString().slice(0, 10);
  const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const days = await Promise.all([yesterday, today].map((day) => hub.store.listDeliveries(day, 1000)));
  // The hub's own re-reads come through the same door, but nobody delivered them.
  return days.flat().filter((delivery) => !delivery.provider.startsWith('hub:')).length;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(sayProblem(error));
    process.exit(1);
  },
);
