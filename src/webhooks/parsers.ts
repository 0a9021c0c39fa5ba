import { hubspotParser } from '../crm/hubspot/inbound/parser.ts';
import { salesforceParser } from '../crm/salesforce/inbound/parser.ts';
import { docusignParser } from '../esign/docusign/inbound/parser.ts';
import type { Parser } from './parser.ts';

/** Who understands what came in: one line per provider. */
export const parsers: readonly Parser[] = [hubspotParser, salesforceParser, docusignParser];
