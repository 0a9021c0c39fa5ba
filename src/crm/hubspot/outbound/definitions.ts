import { isHubError } from '../../../domain/errors.ts';
import { type HubSpotClient, textProperty } from './client.ts';

/** Group under which people find the hub's properties in HubSpot. */
const GROUP = { name: 'stagepost', label: 'Stagepost' };

/** Only names like this are ever defined: a misspelt property of somebody else must not come into being. */
const OWN_NAME = /^stagepost_[a-z0-9_]{1,80}$/;

/** Answers that mean: not in this account, however often it is asked. */
const REFUSALS: readonly string[] = ['crm.forbidden', 'crm.refused', 'crm.not-found'];

export interface Definitions {
  /**
   * Sees to it that the hub's properties among `names` exist, and tells whether any was missing.
   * Looks at each name once in the life of the process. Throws HubError, `crm.forbidden` when the scope is missing.
   */
  ensure(objectType: 'deals' | 'tasks', names: readonly string[]): Promise<boolean>;
  /** Like `ensure` for one name; false where HubSpot will not have it, found out once in the life of the process. */
  isPossible(objectType: 'deals' | 'tasks', name: string): Promise<boolean>;
}

export function createDefinitions(client: HubSpotClient): Definitions {
  const known = new Set<string>();
  const impossible = new Set<string>();

  async function ensureOne(objectType: string, name: string): Promise<boolean> {
    if (known.has(`${objectType}/${name}`)) return false;
    const missing = await isMissing(() => client.properties.getByName(objectType, name));
    if (missing) {
      await unlessThere(() => client.propertyGroups.create(objectType, GROUP));
      await unlessThere(() =>
        client.properties.create(
          objectType,
          textProperty({
            name,
            label: labelOf(name),
            description: 'Written by Stagepost; changes made by hand are overwritten.',
            groupName: GROUP.name,
          }),
        ),
      );
    }
    known.add(`${objectType}/${name}`);
    return missing;
  }

  return {
    async ensure(objectType, names) {
      let anyMissing = false;
      for (const name of names.filter((each) => OWN_NAME.test(each))) {
        if (await ensureOne(objectType, name)) anyMissing = true;
      }
      return anyMissing;
    },
    async isPossible(objectType, name) {
      if (impossible.has(`${objectType}/${name}`)) return false;
      try {
        await ensureOne(objectType, name);
        return true;
      } catch (error) {
        if (!isHubError(error) || !REFUSALS.includes(error.code)) throw error;
        impossible.add(`${objectType}/${name}`);
        return false;
      }
    },
  };
}

async function isMissing(read: () => Promise<unknown>): Promise<boolean> {
  try {
    await read();
    return false;
  } catch (error) {
    if (isHubError(error, 'crm.not-found')) return true;
    throw error;
  }
}

/** Somebody else defining it at the same moment is as good. */
async function unlessThere(create: () => Promise<unknown>): Promise<void> {
  try {
    await create();
  } catch (error) {
    if (!isHubError(error, 'crm.conflict')) throw error;
  }
}

/** `stagepost_contract_state` is shown as `Stagepost contract state`. */
function labelOf(name: string): string {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
