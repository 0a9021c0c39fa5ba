import { silentLog } from '../platform/log.ts';
import { startLocalHub } from './hub.ts';
import { playJourney } from './play/journey.ts';
import { readBack } from './play/read-back.ts';
import { sayProblem } from './say-problem.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);

/** The whole journey, narrated, in memory, on free ports of loopback; reads no `.env`. */
async function main(): Promise<number> {
  const startedAtMs = Date.now();
  say('Stagepost demo: one enterprise deal, from the CRM to a signed contract to onboarding tasks.');
  say('HubSpot and DocuSign are simulators on this machine that speak the real wire.\n');
  const hub = await startLocalHub({ folder: undefined, configFile: 'stagepost.config.yaml', port: 0, log: silentLog });
  try {
    let step = 0;
    const played = await playJourney(hub, (title, evidence = []) => {
      step += 1;
      say(`${String(step).padStart(2)}. ${title}`);
      for (const line of evidence) say(`      ${line}`);
    });
    const end = readBack(hub, played);
    const deliveries = await countDeliveries(hub);
    say('\nRead back from the simulators:');
    for (const problem of end.problems) say(`  WRONG: ${problem}`);
    if (end.problems.length === 0)
      say('  one envelope, one invitation per signer, all tasks owned and due, both files attached');
    const seconds = Math.round((Date.now() - startedAtMs) / 100) / 10;
    const { envelopesSent, signed, tasksCreated, attachments, stage } = end;
    say(JSON.stringify({ deals: 1, deliveries, envelopesSent, signed, tasksCreated, attachments, stage, seconds }));
    return end.problems.length === 0 ? 0 : 1;
  } finally {
    await hub.stop();
  }
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
