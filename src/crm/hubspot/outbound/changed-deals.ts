import { HubError } from '../../../domain/errors.ts';
import { type HubSpotClient, searchRequest } from './client.ts';

export interface ChangedWindow {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly cursor?: string;
}

export interface ChangedPage {
  readonly recordIds: readonly string[];
  readonly cursor?: string;
}

/** Largest page of a search (HubSpot, "Search the CRM"). */
const SEARCH_PAGE = 200;
/** Largest page of a list. */
const BIN_PAGE = 100;
/** The recycle bin holds 90 days and cannot be asked by time; beyond this the daily sweep finds what was deleted. */
const MAX_BIN_PAGES = 20;

type Cursor =
  | { readonly in: 'search'; readonly afterId: string }
  | { readonly in: 'bin'; readonly page: number; readonly after: string };

/**
 * Ids of deals modified or deleted in `[fromMs, untilMs)`. Every search asks for the ids above the last one and takes
 * the first page only, so that no window, however full, meets the limit of 10,000 results.
 */
export async function listChangedDeals(client: HubSpotClient, window: ChangedWindow): Promise<ChangedPage> {
  const cursor = readCursor(window.cursor);
  return cursor.in === 'search'
    ? await searchModified(client, window, cursor.afterId)
    : await readBin(client, window, cursor);
}

async function searchModified(client: HubSpotClient, window: ChangedWindow, afterId: string): Promise<ChangedPage> {
  const page = await client.search.doSearch(
    'deals',
    searchRequest({
      filters: [
        { propertyName: 'hs_lastmodifieddate', operator: 'GTE', value: String(window.fromMs) },
        { propertyName: 'hs_lastmodifieddate', operator: 'LT', value: String(window.untilMs) },
        { propertyName: 'hs_object_id', operator: 'GT', value: afterId },
      ],
      sortBy: 'hs_object_id',
      properties: ['hs_object_id'],
      limit: SEARCH_PAGE,
    }),
  );
  const recordIds = (page.results ?? []).map(({ id }) => id);
  const lastId = recordIds.at(-1);
  if (lastId === undefined || recordIds.length < SEARCH_PAGE) return { recordIds, cursor: 'bin:0:' };
  return { recordIds, cursor: `search:${lastId}` };
}

async function readBin(client: HubSpotClient, window: ChangedWindow, at: Cursor & { in: 'bin' }): Promise<ChangedPage> {
  const after = at.after === '' ? undefined : at.after;
  const page = await client.objects.getPage('deals', BIN_PAGE, after, ['hs_object_id'], undefined, undefined, true);
  const recordIds = (page.results ?? [])
    .filter(({ archivedAt }) => {
      const deletedAtMs = archivedAt?.getTime() ?? Number.NaN;
      return deletedAtMs >= window.fromMs && deletedAtMs < window.untilMs;
    })
    .map(({ id }) => id);
  const next = page.paging?.next?.after;
  if (next === undefined || at.page + 1 >= MAX_BIN_PAGES) return { recordIds };
  return { recordIds, cursor: `bin:${at.page + 1}:${next}` };
}

function readCursor(text: string | undefined): Cursor {
  if (text === undefined) return { in: 'search', afterId: '0' };
  const search = /^search:(\d+)$/.exec(text);
  if (search?.[1] !== undefined) return { in: 'search', afterId: search[1] };
  const bin = /^bin:(\d+):(.*)$/.exec(text);
  if (bin?.[1] !== undefined && bin[2] !== undefined) return { in: 'bin', page: Number(bin[1]), after: bin[2] };
  throw new HubError('crm.refused', 'the page cursor is not one of HubSpot; start again without it', {
    retry: 'never',
  });
}
