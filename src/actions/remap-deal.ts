import type { Deal } from '../domain/deal.ts';
import type { HubConfig } from '../domain/policies.ts';
import { type Remapping, remap } from '../domain/remap.ts';
import { counted } from '../domain/wording.ts';
import type { ActionParts, ActionResult } from './action-parts.ts';
import { retryDeal } from './retry-deal.ts';

const SAVE_ATTEMPTS = 5;
const CHANGES_IN_WORDS = 20;

export type RemapResult =
  | { readonly ok: true; readonly sentence: string; readonly changes: Remapping['changes'] }
  | Extract<ActionResult, { ok: false }>;

/** What a deal's recorded history would mean under the configuration in force. Changes nothing. */
export async function previewRemap(dealId: string, parts: ActionParts): Promise<RemapResult> {
  const looked = await look(dealId, parts);
  if (!looked.ok) return looked;
  const { config, changes } = looked;
  const sentence =
    changes.length === 0
      ? `the history means the same under configuration ${config.version}`
      : `under configuration ${config.version} ${counted(changes.length, 'transition')} would mean something else; nothing is changed yet`;
  return { ok: true, sentence, changes };
}

/** Saves that, says so on the timeline, and wakes the workers: what follows from the history is done then. */
export async function remapDeal(dealId: string, who: string, parts: ActionParts): Promise<RemapResult> {
  const traceId = parts.newId();
  for (let attempt = 0; attempt < SAVE_ATTEMPTS; attempt += 1) {
    const looked = await look(dealId, parts);
    if (!looked.ok) return looked;
    const { config, changes, deal } = looked;
    const isDone = changes.length === 0;
    if (!isDone && (await parts.store.saveDeal(deal)) === 'conflict') continue;
    if (!isDone) {
      const sentence = `${who} had the history mapped again under configuration ${config.version}: ${inWords(changes)}`;
      const reason = { code: 'action.remapped', sentence };
      const subject = `action/remap/${traceId}`;
      await parts.store.putDecision({ v: 1, dealId, subject, reason, atMs: parts.clock.nowMs(), traceId });
    }
    // Also when nothing changes: the process that changed it may have died before it woke anybody.
    const woken = await retryDeal(dealId, who, parts, traceId);
    if (!woken.ok) return woken;
    const sentence = isDone
      ? `the history means the same under configuration ${config.version}; ${woken.sentence}`
      : `${counted(changes.length, 'transition')} mapped again; ${woken.sentence}`;
    return { ok: true, sentence, changes };
  }
  return { ok: false, code: 'store.contended', sentence: 'the deal is changed too often at the moment; try again' };
}

type Looked =
  | ({ readonly ok: true; readonly config: HubConfig; readonly deal: Deal } & Remapping)
  | Extract<ActionResult, { ok: false }>;

async function look(dealId: string, parts: ActionParts): Promise<Looked> {
  const deal = await parts.store.loadDeal(dealId);
  if (deal === undefined) {
    return { ok: false, code: 'deal.unknown', sentence: `no deal "${dealId}"; \`npx stagepost deals\` lists them` };
  }
  const config = await parts.config();
  if (config.version < deal.configVersion) {
    const sentence = `the deal was recorded under configuration ${deal.configVersion}, this process still has ${config.version}; try again in a minute`;
    return { ok: false, code: 'config.outdated', sentence };
  }
  return { ok: true, config, ...remap(deal, config, parts.clock.nowMs()) };
}

function inWords(changes: Remapping['changes']): string {
  const told = changes.slice(0, CHANGES_IN_WORDS).map(({ stageId, from, to }) => `${stageId} ${from} to ${to}`);
  const more = changes.length - told.length;
  return [...told, ...(more > 0 ? [`${more} more`] : [])].join(', ');
}
