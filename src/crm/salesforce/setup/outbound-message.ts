import { type Component, metadataXml } from './component.ts';
import { OUTBOUND_MESSAGE } from './names.ts';

/**
 * What a message carries: enough for a person to recognise the record. The hub takes the id alone and reads the rest, so
 * nothing that is worth keeping to oneself has to travel.
 */
const FIELDS = ['Id', 'LastModifiedDate', 'StageName'];

/**
 * The Outbound Message (Metadata API Developer Guide, "Workflow"). No session id is sent: it would open the org to
 * whoever reads the message.
 */
export function outboundMessage(given: {
  readonly endpointUrl: string;
  readonly integrationUser: string;
  readonly apiVersion: string;
}): Component {
  return {
    type: 'Workflow',
    member: 'Opportunity',
    path: 'workflows/Opportunity.workflow-meta.xml',
    text: metadataXml('Workflow', {
      outboundMessages: {
        fullName: OUTBOUND_MESSAGE,
        apiVersion: given.apiVersion,
        description:
          'Tells Stagepost that an opportunity may have changed. The address holds a token: treat it as a password.',
        endpointUrl: given.endpointUrl,
        fields: FIELDS,
        includeSessionId: false,
        integrationUser: given.integrationUser,
        name: OUTBOUND_MESSAGE,
        protected: false,
        useDeadLetterQueue: false,
      },
    }),
  };
}
