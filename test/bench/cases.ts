import { hubspotDoor } from '../../src/crm/hubspot/inbound/door.ts';
import { hubspotParser } from '../../src/crm/hubspot/inbound/parser.ts';
import { signV3 } from '../../src/crm/hubspot/signature.ts';
import type { RecordedTransition } from '../../src/domain/deal.ts';
import { entriesOf } from '../../src/domain/entries.ts';
import type { Stage } from '../../src/domain/stages.ts';
import { recordCrmSignals } from '../../src/flows/record-signal.ts';
import { createMemoryWorld, START_MS } from '../fakes/memory-world.ts';
import type { BenchCase } from './measure.ts';

const URL = 'https://hooks.example.com/webhooks/hubspot/crm-main';
const KEY = 'a-client-secret-of-the-usual-length-36';
const BATCH = JSON.stringify(
  Array.from({ length: 100 }, (_, n) => ({
    eventId: 1000 + n,
    subscriptionId: 7,
    portalId: 24681012,
    appId: 55,
    occurredAt: START_MS + n,
    subscriptionType: 'deal.propertyChange',
    attemptNumber: 0,
    objectId: 9000 + n,
    propertyName: 'dealstage',
    propertyValue: '1100000006',
    changeSource: 'CRM_UI',
  })),
);

function verifyCase(): BenchCase {
  const body = Buffer.from(BATCH);
  const headers = {
    'x-hubspot-signature-v3': signV3({ method: 'POST', url: URL, body, timestampMs: START_MS, clientSecret: KEY }),
    'x-hubspot-request-timestamp': String(START_MS),
  };
  return {
    name: `verify a signed batch of 100 events (${(body.length / 1000).toFixed(0)} KB)`,
    operations: 2000,
    run: () => {
      const verdict = hubspotDoor.verify({ method: 'POST', url: URL, headers, body }, { signingKeys: [KEY] }, START_MS);
      if (!verdict.ok) throw new Error(`the signature was refused: ${verdict.cause}`);
    },
  };
}

function parseCase(): BenchCase {
  const delivery = {
    v: 1,
    kind: 'delivery',
    deliveryId: 'd-1',
    provider: 'hubspot',
    connectionId: 'crm-main',
    receivedAtMs: START_MS,
    traceId: 't-1',
    headers: {},
    bodyBase64: Buffer.from(BATCH).toString('base64'),
  } as const;
  const connections = [{ id: 'crm-main', provider: 'hubspot', accountId: '24681012' }];
  return {
    name: 'parse a batch of 100 events into signals',
    operations: 500,
    run: () => {
      const { signals } = hubspotParser.parse(delivery, { connections, receivedAtMs: START_MS });
      if (signals.length !== 100) throw new Error(`${signals.length} signals came out of 100 events`);
    },
  };
}

function entriesCase(): BenchCase {
  const stages: readonly Stage[] = ['prospecting', 'qualification', 'negotiation', 'procurement'];
  const transitions: RecordedTransition[] = Array.from({ length: 100 }, (_, n) => {
    // A step of 37 visits all hundred in an order that is not the one of time.
    const place = (n * 37) % 100;
    const stage = stages[place % stages.length] ?? 'unknown';
    return {
      id: `t-${place}`,
      stageId: stage,
      enteredAtMs: START_MS + place * 1000,
      granularityMs: 1,
      stage,
      configVersion: 1,
    };
  });
  return {
    name: 'entries out of 100 shuffled transitions',
    operations: 5000,
    run: () => {
      if (entriesOf(transitions).length !== 100) throw new Error('an entry is missing');
    },
  };
}

function recordCase(): BenchCase {
  const parts = createMemoryWorld().parts();
  return {
    name: 'record a stage of a new deal (table in memory)',
    operations: 2000,
    run: (n) =>
      recordCrmSignals(
        [
          {
            v: 1,
            kind: 'transition',
            id: `t/crm-main/${n}/s2/${START_MS}`,
            connectionId: 'crm-main',
            recordId: String(n),
            stageId: 's2',
            pipelineId: 'main',
            enteredAtMs: START_MS,
            granularityMs: 1,
          },
        ],
        { deliveryId: `d-${n}`, traceId: 't', receivedAtMs: START_MS },
        parts,
      ),
  };
}

export function benchCases(): readonly BenchCase[] {
  return [verifyCase(), parseCase(), entriesCase(), recordCase()];
}
