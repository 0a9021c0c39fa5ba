import { hubspotDoor } from '../crm/hubspot/inbound/door.ts';
import { salesforceDoor } from '../crm/salesforce/inbound/door.ts';
import { docusignDoor } from '../esign/docusign/inbound/door.ts';
import type { Door } from './door.ts';

/** Who may come in: one line per provider. */
export const doors: readonly Door[] = [hubspotDoor, salesforceDoor, docusignDoor];
