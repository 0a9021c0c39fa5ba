import type { NewDeal } from '../../crm/hubspot/simulator/new-deal.ts';
import { laneOf } from '../../domain/lanes.ts';
import type { LocalHub } from '../hub.ts';
import type { PlayedDeal } from './journey.ts';
import type { Narrate } from './narrate.ts';
import { opportunityIsKnown, playOpportunity } from './salesforce-deal.ts';
import { until } from './until.ts';

export interface PlayedTwin extends PlayedDeal {
  /** The same deal in HubSpot; `recordId` is the one in Salesforce. */
  readonly hubspotId: string;
}

const SAMPLE_TWIN: NewDeal = {
  name: 'Tailspin Energy - analytics rollout',
  pipeline: 'Field sales',
  amount: '240000.00',
  currency: 'EUR',
  closeDate: '2026-12-18',
  ownerEmail: 'ada.okafor@example.com',
  company: { name: 'Tailspin Energy', domain: 'tailspin.example' },
  contacts: [
    { email: 'aiko.mori@tailspin.example', firstName: 'Aiko', lastName: 'Mori', labels: ['Contract signer'] },
    { email: 'ed.fraser@tailspin.example', firstName: 'Ed', lastName: 'Fraser', labels: ['Project lead'] },
  ],
  lineItems: [{ name: 'Analytics platform, annual', quantity: 1, price: 240_000 }],
};

/**
 * One deal that has a record in both CRMs, because the two are synced: made in HubSpot, copied to Salesforce, worked on
 * there, and every move copied back. Both CRMs tell the hub of everything.
 */
export async function playTwinDeal(hub: LocalHub, narrate: Narrate): Promise<PlayedTwin> {
  const hubspot = hub.sandbox.hubspot.control;
  const { id: hubspotId, name } = hubspot.createDeal(SAMPLE_TWIN);
  narrate(`A new deal appears in a HubSpot pipeline that is synced with Salesforce: "${name}"`);
  const recordId = await until('the sync has made an opportunity', () => {
    return hubspot.deal(hubspotId).properties['hs_salesforceopportunityid'];
  });
  await opportunityIsKnown(hub, recordId);
  const dealId = await bothAreOneDeal(hub, { hubspotId, recordId });
  narrate('The sync makes the opportunity in Salesforce; the hub joins the two records', [
    `HubSpot deal ${hubspotId} and opportunity ${recordId} are the deal ${dealId}`,
    'Salesforce leads: its stage counts, HubSpot is shown beside it and brings no second contract',
  ]);
  const isCopied = async (stageName: string): Promise<void> => {
    await until(`the sync has copied the move to ${stageName}`, () =>
      hubspot.deal(hubspotId).stage.label === stageName ? true : undefined,
    );
  };
  const played = await playOpportunity(hub, { recordId, dealId }, narrate, isCopied);
  await hub.host.whenQuiet(20_000);
  narrate('HubSpot has followed every move', [`now in ${hubspot.deal(hubspotId).stage.label}`]);
  return { ...played, hubspotId };
}

/** Both records go by one deal, Salesforce leads it, and its first stage is known. */
function bothAreOneDeal(
  hub: LocalHub,
  { hubspotId, recordId }: { readonly hubspotId: string; readonly recordId: string },
): Promise<string> {
  const idOf = (provider: string) => hub.config.connections.find((each) => each.provider === provider)?.id ?? '';
  return until('both records are one deal', async () => {
    const [one, other] = await Promise.all([
      hub.store.resolveAlias(idOf('hubspot'), hubspotId),
      hub.store.resolveAlias(idOf('salesforce'), recordId),
    ]);
    if (one === undefined || one !== other) return undefined;
    const deal = await hub.store.loadDeal(one);
    if (deal === undefined || deal.leading.connectionId !== idOf('salesforce')) return undefined;
    return (laneOf(deal, idOf('salesforce'), recordId)?.transitions.length ?? 0) > 0 ? one : undefined;
  });
}
