import { afterEach, describe, expect, it } from 'vitest';
import { type LocalHub, startLocalHub } from '../../src/local/hub.ts';
import { playJourney } from '../../src/local/play/journey.ts';
import { readBack } from '../../src/local/play/read-back.ts';
import { silentLog } from '../../src/platform/log.ts';

let hub: LocalHub | undefined;

afterEach(async () => {
  await hub?.stop();
  hub = undefined;
});

describe('the end state of the demo', () => {
  it('is wrong as soon as one thing of it is', async () => {
    hub = await startLocalHub({ folder: undefined, configFile: 'stagepost.config.yaml', port: 0, log: silentLog });
    const played = await playJourney(hub, () => {});
    expect(readBack(hub, played)).toEqual({
      envelopesSent: 1,
      signed: 3,
      tasksCreated: 10,
      attachments: 2,
      stage: 'Expansion',
      problems: [],
    });
    const crm = hub.sandbox.hubspot.control;
    const [first, second] = crm.tasks(played.recordId);
    if (first === undefined || second === undefined) throw new Error('no tasks');

    crm.deleteTask(first.id);
    expect(readBack(hub, played).problems).toEqual(['HubSpot has 9 tasks instead of 10']);
    crm.updateTask(second.id, { hubspot_owner_id: '' });
    expect(readBack(hub, played).problems).toContain(`task "${second.subject}" has no owner`);
    crm.updateDeal(played.recordId, { stagepost_contract_status: 'sent' });
    expect(readBack(hub, played).problems).toContain('HubSpot does not show the contract as completed');
    crm.moveDeal(played.recordId, 'Negotiation');
    expect(readBack(hub, played).problems.join()).toContain('Expansion > Negotiation');
    expect(readBack(hub, { ...played, dealId: 'hubspot-main.0' }).problems).toContain(
      'DocuSign has 0 envelopes for this deal instead of 1',
    );
  });
});
