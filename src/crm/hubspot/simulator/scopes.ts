import { objectKind } from './kinds.ts';

/** What the app of the sandbox was granted. */
export const GRANTED_SCOPES: readonly string[] = [
  'oauth',
  'crm.objects.deals.read',
  'crm.objects.deals.write',
  'crm.objects.contacts.read',
  'crm.objects.contacts.write',
  'crm.objects.companies.read',
  'crm.objects.companies.write',
  'crm.objects.line_items.read',
  'crm.objects.line_items.write',
  'crm.objects.owners.read',
  'crm.schemas.deals.read',
  'crm.schemas.deals.write',
  'crm.schemas.contacts.read',
  'crm.schemas.contacts.write',
  'files',
];

/** The scope a call needs, undefined when any token will do (HubSpot "Scopes", and the scope lists of each API page). */
export function requiredScope(method: string, path: string): string | undefined {
  const [, area, version, ...rest] = path.split('/');
  if (area === 'files') return 'files';
  if (area !== 'crm' || version === undefined) return undefined;
  const [section, type = '', ...tail] = rest;
  const isRead = method === 'GET' || tail.at(-1) === 'read' || tail.at(-1) === 'search';
  const access = isRead ? 'read' : 'write';
  switch (section) {
    case 'owners':
      return 'crm.objects.owners.read';
    case 'pipelines':
      return 'crm.objects.deals.read';
    case 'objects':
    case 'associations':
      return `${objectKind(type)?.scope ?? 'crm.objects.custom'}.${access}`;
    case 'properties':
      return `crm.schemas.${objectKind(type)?.type === 'deals' ? 'deals' : 'contacts'}.${access}`;
    default:
      return undefined;
  }
}
