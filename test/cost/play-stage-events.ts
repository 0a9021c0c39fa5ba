import { reaches } from '../../src/local/play/steps.ts';
import { inWords, type Played, type Say, settle, withMeteredHub } from './metered-hub.ts';
import { tally } from './tally.ts';

/** Stages on which nothing hangs; solutioning, which has tasks, is left out. */
const MOVES = [
  ['Qualification', 'qualification'],
  ['Demonstration', 'demonstration'],
  ['Negotiation', 'negotiation'],
] as const;
/** Several short deals: what one event costs grows with the history that its deal has already. */
const DEALS = 4;

/** Moves that start nothing, one after the other, everything counted that the CRM tells of them. */
export function playStageEvents(isCold: boolean, say: Say): Promise<readonly Played[]> {
  return withMeteredHub(isCold, async (hub, meter) => {
    const hubspot = hub.sandbox.hubspot.control;
    const salesforce = hub.sandbox.salesforce.control;
    const kinds = [
      {
        crm: 'HubSpot',
        connection: 'hubspot-main',
        create: () => hubspot.createDeal({ name: 'Moved about', amount: '1000.00' }).id,
        move: (id: string, stage: string) => void hubspot.moveDeal(id, stage),
      },
      {
        crm: 'Salesforce',
        connection: 'salesforce-main',
        create: () =>
          salesforce.createOpportunity({
            name: 'Moved about',
            amount: 1000,
            closeDate: '2026-12-18',
            stage: 'Prospecting',
          }).id,
        move: (id: string, stage: string) => void salesforce.moveOpportunity(id, stage),
      },
    ] as const;
    const played: Played[] = [];
    for (const { crm, connection, create, move } of kinds) {
      say(`stage events in ${crm} that start nothing, ${inWords(isCold)}`);
      const recordIds = Array.from({ length: DEALS }, create);
      for (const id of recordIds) await reaches(hub, `${connection}.${id}`, 'prospecting');
      await settle(hub, meter);
      meter.take();
      for (const id of recordIds) {
        for (const [label, stage] of MOVES) {
          move(id, label);
          await reaches(hub, `${connection}.${id}`, stage);
          await settle(hub, meter);
        }
      }
      const times = DEALS * MOVES.length;
      played.push({ what: `stage event in ${crm} that starts nothing`, tally: tally(meter.take()), times });
    }
    return played;
  });
}
