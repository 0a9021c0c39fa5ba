import { type Component, metadataXml } from './component.ts';
import { APP_NAME } from './names.ts';

const CHANNEL = `${APP_NAME}__chn`;
const CREDENTIAL = `${APP_NAME}_AWS`;

/** Objects whose changes are told (Change Data Capture Developer Guide, "Change Event Object Support"). */
const EVENTS = ['OpportunityChangeEvent', 'OpportunityContactRoleChangeEvent'];

/**
 * Change Data Capture to EventBridge: a channel with its members, the credential that names the AWS account, and the
 * relay (Metadata API Developer Guide, "PlatformEventChannelMember", "EventRelayConfig").
 */
export function eventRelay(aws: { readonly account: string; readonly region: string }): readonly Component[] {
  return [
    {
      type: 'PlatformEventChannel',
      member: CHANNEL,
      path: `platformEventChannels/${CHANNEL}.platformEventChannel-meta.xml`,
      text: metadataXml('PlatformEventChannel', { channelType: 'data', label: APP_NAME }),
    },
    ...EVENTS.map((event): Component => {
      // The name of a member may not hold the double underscore of its channel.
      const name = `${APP_NAME}_chn_${event}`;
      return {
        type: 'PlatformEventChannelMember',
        member: name,
        path: `platformEventChannelMembers/${name}.platformEventChannelMember-meta.xml`,
        text: metadataXml('PlatformEventChannelMember', { eventChannel: CHANNEL, selectedEntity: event }),
      };
    }),
    {
      type: 'NamedCredential',
      member: CREDENTIAL,
      path: `namedCredentials/${CREDENTIAL}.namedCredential-meta.xml`,
      // A legacy credential: the newer kind refuses the ARN as no URL (Salesforce Help, "Create a Named Credential for
      // an Event Relay"). The region is in capitals there.
      text: metadataXml('NamedCredential', {
        endpoint: `arn:aws:${aws.region.toUpperCase()}:${aws.account}`,
        generateAuthorizationHeader: true,
        label: `${APP_NAME} AWS`,
        principalType: 'Anonymous',
        protocol: 'NoAuthentication',
      }),
    },
    {
      type: 'EventRelayConfig',
      member: APP_NAME,
      path: `eventRelays/${APP_NAME}.eventRelay-meta.xml`,
      text: metadataXml('EventRelayConfig', {
        destinationResourceName: `callout:${CREDENTIAL}`,
        eventChannel: CHANNEL,
        label: APP_NAME,
        // After an error everything that the bus still has is sent again; the hub knows what it had.
        relayOption: '{"ReplayRecovery":"EARLIEST"}',
        // A relay can only be created stopped.
        state: 'STOP',
      }),
    },
  ];
}
