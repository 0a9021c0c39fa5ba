import type { HubSpotControl } from '../../crm/hubspot/simulator/control.ts';
import type { DealState } from '../../crm/hubspot/simulator/deal-state.ts';
import { FIELD_SALES_PIPELINE_ID } from '../../crm/hubspot/simulator/seed.ts';
import type { SalesforceControl } from '../../crm/salesforce/simulator/control.ts';

/**
 * Stands in for HubSpot's Salesforce sync, which nobody can run here: deals of one pipeline get an opportunity, its id is
 * noted in `hs_salesforceopportunityid`, and a stage that changed on either side is copied to the other.
 */
export interface CrmSync {
  start(): void;
  stop(): void;
  /** Looks at both sides now. */
  run(): void;
}

const LINK = 'hs_salesforceopportunityid';
/** The real one takes minutes; here somebody is waiting in front of the screen. */
const EVERY_MS = 250;

/**
 * @param onRefused hears of a deal that one of the two sides does not take as it is, once for each reason; the real sync
 * lists such deals as sync errors, and goes on with the others
 */
export function createCrmSync(
  hubspot: HubSpotControl,
  salesforce: SalesforceControl,
  onRefused: (dealId: string, sentence: string) => void,
): CrmSync {
  /** Stage of both sides when they were last the same, by deal. */
  const agreed = new Map<string, string>();
  const refused = new Map<string, string>();
  let timer: NodeJS.Timeout | undefined;

  function createOpportunity(deal: DealState): void {
    const [company] = deal.companies;
    const { id } = salesforce.createOpportunity({
      name: deal.name,
      amount: Number(deal.properties['amount'] ?? 0),
      ...(deal.properties['closedate'] === undefined ? {} : { closeDate: deal.properties['closedate'].slice(0, 10) }),
      stage: deal.stage.label,
      ownerEmail: ownerEmailOf(deal) ?? 'ada.okafor@example.com',
      account: { name: company?.name ?? deal.name },
      contacts: deal.contacts.map(({ email, name, labels }) => {
        const [firstName, ...rest] = name.split(' ').filter((word) => word !== '');
        // An org takes no contact without a last name.
        return rest.length === 0
          ? { email, lastName: firstName ?? email, roles: labels }
          : { email, firstName, lastName: rest.join(' '), roles: labels };
      }),
    });
    agreed.set(deal.id, deal.stage.label);
    hubspot.updateDeal(deal.id, { [LINK]: id });
  }

  function ownerEmailOf(deal: DealState): string | undefined {
    return hubspot.owners().find(({ id }) => id === deal.properties['hubspot_owner_id'])?.email;
  }

  function copyStage(deal: DealState, opportunityId: string): void {
    // Known to both sides under the name that the org's stage has for the API.
    const theirs = salesforce.opportunity(opportunityId).stage.id;
    const ours = deal.stage.label;
    if (theirs === ours) agreed.set(deal.id, ours);
    else if (agreed.get(deal.id) === theirs) salesforce.moveOpportunity(opportunityId, ours);
    else hubspot.moveDeal(deal.id, theirs);
  }

  function run(): void {
    for (const deal of hubspot.deals()) {
      if (deal.pipeline.id !== FIELD_SALES_PIPELINE_ID) continue;
      try {
        copy(deal);
        refused.delete(deal.id);
      } catch (error) {
        const sentence = error instanceof Error ? error.message : String(error);
        if (refused.get(deal.id) !== sentence) onRefused(deal.id, sentence);
        refused.set(deal.id, sentence);
      }
    }
  }

  function copy(deal: DealState): void {
    const linked = deal.properties[LINK];
    if (linked === undefined) createOpportunity(deal);
    else if (!salesforce.opportunity(linked).isDeleted) copyStage(deal, linked);
  }

  return {
    run,
    start() {
      timer = setInterval(run, EVERY_MS);
      timer.unref();
    },
    stop: () => clearInterval(timer),
  };
}
