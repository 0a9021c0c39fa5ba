import type { CloudSwitches } from '../../src/local/cloud/switches.ts';
import type { EndState } from '../../src/local/play/read-back.ts';
import type { Stand } from './hub-stand.ts';

/** How the first deal ends, whatever the weather: one envelope, and everything else once. */
export const RIGHT_END: EndState = {
  envelopesSent: 1,
  signed: 3,
  tasksCreated: 10,
  attachments: 2,
  stage: 'Expansion',
  problems: [],
};

/** The AWS client waits in real time after what is throttled or lost, so these two are rarer than the rest. */
export const BAD_CLOUD: CloudSwitches = {
  duplicateMessages: 0.3,
  reorderMessages: 0.3,
  duplicateEvents: 0.3,
  reorderEvents: 0.3,
  refusedEntries: 0.2,
  throttledCalls: 0.02,
  lostAnswers: 0.06,
  staleListings: 0.3,
};

/** Everything that providers do to their clients, at the calls that matter. */
export function addProviderFaults({ crm, esign }: Stand): void {
  for (const { faults } of [crm, esign]) {
    faults.add({ kind: 'webhook-duplicate', match: '', probability: 0.5 });
    faults.add({ kind: 'webhook-delay', match: '', probability: 0.3, delayMs: 300 });
    faults.add({ kind: 'webhook-reorder', match: '', probability: 0.3 });
  }
  // What the call asked for is done each time; only nobody is told.
  const lost = { kind: 'accept-then-time-out', delayMs: 20 } as const;
  esign.faults.add({ ...lost, match: 'POST /envelopes', times: 1 });
  // Its webhook would tell what the answer did not; without it the draft has to be looked up.
  esign.faults.add({ kind: 'webhook-drop', match: 'envelope-created', times: 1 });
  esign.faults.add({ ...lost, match: 'PUT /envelopes', times: 1 });
  for (const match of ['POST /crm/v3/objects/tasks', 'POST /crm/v3/objects/notes', 'PATCH /crm/v3/objects/deals']) {
    crm.faults.add({ ...lost, match, times: 2 });
    crm.faults.add({ kind: 'server-error', match, times: 1 });
    crm.faults.add({ kind: 'rate-limit', match, times: 1 });
  }
  crm.faults.add({ kind: 'server-error', match: 'GET /crm/v3/objects/deals', times: 2 });
  crm.faults.add({ kind: 'rate-limit', match: 'GET /crm/v4', times: 2, policyName: 'SECONDLY' });
  crm.faults.add({ ...lost, match: 'POST /files/v3/files', times: 1 });
  esign.faults.add({ kind: 'rate-limit', match: 'POST /envelopes', times: 1 });
  esign.faults.add({ kind: 'server-error', match: 'GET /templates', times: 1 });
  esign.faults.add({ kind: 'server-error', match: 'GET /envelopes', times: 1 });
}
