import { PutPartnerEventsCommand } from '@aws-sdk/client-eventbridge';
import { createEventBridgeClient } from '../../src/platform/aws/eventbridge-client.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { aws } from './aws.ts';

/** What the partner and whoever accepts its source have done before a deployment: a bus called like the source. */
export async function acceptPartnerSource(source: string, account: string): Promise<void> {
  await aws('events', 'create-partner-event-source', '--name', source, '--account', account);
  await aws('events', 'create-event-bus', '--name', source, '--event-source-name', source);
}

interface PartnerEvent {
  readonly source: string;
  readonly time: string;
  readonly 'detail-type': string;
  readonly detail: unknown;
}

/** Sends an event as the partner does. Throws an Error when EventBridge does not take it. */
export function createPartner(): (eventText: string) => Promise<void> {
  const client = createEventBridgeClient({ variables: process.env, clock: systemClock });
  return async (eventText) => {
    const event: PartnerEvent = JSON.parse(eventText);
    const { FailedEntryCount, Entries } = await client.send(
      new PutPartnerEventsCommand({
        Entries: [
          {
            Source: event.source,
            Time: new Date(event.time),
            DetailType: event['detail-type'],
            Detail: JSON.stringify(event.detail),
          },
        ],
      }),
    );
    if (FailedEntryCount !== 0) throw new Error(`EventBridge refused a partner event: ${JSON.stringify(Entries)}`);
  };
}
