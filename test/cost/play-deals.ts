import { playJourney } from '../../src/local/play/journey.ts';
import { type EndState, readBack, readBackSalesforce, readBackTwin } from '../../src/local/play/read-back.ts';
import { playSalesforceDeal } from '../../src/local/play/salesforce-deal.ts';
import { playTwinDeal } from '../../src/local/play/twin-deal.ts';
import { inWords, type Played, type Say, settle, withMeteredHub } from './metered-hub.ts';
import { tally } from './tally.ts';

export interface PlayedDeal extends Played {
  readonly end: EndState;
}

const untold = () => {};

/**
 * One whole deal of every kind: nine stages, a contract for three people, the tasks of the sample configuration. Warm:
 * after others that filled the memory of the functions. Throws Error when a deal did not end as it should.
 */
export function playDeals(isCold: boolean, say: Say): Promise<readonly PlayedDeal[]> {
  return withMeteredHub(isCold, async (hub, meter) => {
    const kinds = [
      ['whole deal in HubSpot', async () => readBack(hub, await playJourney(hub, untold))],
      ['whole deal in Salesforce', async () => readBackSalesforce(hub, await playSalesforceDeal(hub, untold))],
      ['whole deal in both', async () => readBackTwin(hub, await playTwinDeal(hub, untold))],
    ] as const;
    if (!isCold) {
      await playJourney(hub, untold);
      await playSalesforceDeal(hub, untold);
    }
    const played: PlayedDeal[] = [];
    for (const [what, play] of kinds) {
      say(`${what}, ${inWords(isCold)}`);
      await settle(hub, meter);
      meter.take();
      const end = await play();
      await settle(hub, meter);
      if (end.problems.length > 0) throw new Error(`the ${what} went wrong: ${end.problems.join('; ')}`);
      played.push({ what, tally: tally(meter.take()), times: 1, end });
    }
    return played;
  });
}
