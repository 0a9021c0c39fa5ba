import type { DealOwner } from '../../../domain/deal-facts.ts';
import { isHubError } from '../../../domain/errors.ts';
import type { HubSpotClient } from './client.ts';

type SdkOwner = Awaited<ReturnType<HubSpotClient['owners']['getById']>>;

/** The active owner with this address, whatever its case. */
export async function findOwnerByEmail(client: HubSpotClient, email: string): Promise<DealOwner | undefined> {
  const wanted = email.trim().toLowerCase();
  if (wanted === '') return undefined;
  const page = await client.owners.getPage(wanted, undefined, 100, false);
  const owner = (page.results ?? []).find((each) => each.email?.toLowerCase() === wanted);
  return owner === undefined ? undefined : ownerOf(owner);
}

/** The owner with this id; a deactivated user comes back with `active: false`. */
export async function findOwnerById(client: HubSpotClient, id: string): Promise<DealOwner | undefined> {
  if (!/^[1-9]\d{0,14}$/.test(id)) return undefined;
  return (await readOwner(client, id, false)) ?? (await readOwner(client, id, true));
}

async function readOwner(client: HubSpotClient, id: string, archived: boolean): Promise<DealOwner | undefined> {
  try {
    return ownerOf(await client.owners.getById(Number(id), 'id', archived));
  } catch (error) {
    if (isHubError(error, 'crm.not-found')) return undefined;
    throw error;
  }
}

function ownerOf(owner: SdkOwner): DealOwner {
  const name = [owner.firstName, owner.lastName].filter((part) => part !== undefined && part !== '').join(' ');
  return {
    id: String(owner.id),
    name: name === '' ? (owner.email ?? String(owner.id)) : name,
    email: owner.email,
    active: owner.archived !== true,
  };
}
