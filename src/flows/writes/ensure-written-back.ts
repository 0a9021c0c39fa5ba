import { HubError } from '../../domain/errors.ts';
import type { Decision } from '../../domain/plan.ts';
import type { WriteObligation } from '../../domain/write-obligations.ts';
import { decide } from '../decisions.ts';
import type { WorkerParts } from '../parts.ts';
import { tellWhatIsFinal } from '../plans/tell-what-is-final.ts';
import { fieldsWork } from './write-fields.ts';
import { fileWork } from './write-file.ts';
import { writeOnce } from './write-item.ts';
import { noticeWork } from './write-notice.ts';
import { stageWork } from './write-stage.ts';
import { viewWrites, type WriteView } from './write-view.ts';

/**
 * Makes the CRM say what happened: our fields, the signed document, the stage after signing, a task for whoever has to
 * know. Level-triggered; each write-back has its own item with lease and done-marker. Throws retryable HubErrors when
 * it has to be called again.
 */
export async function ensureWrittenBack(dealId: string, traceId: string, parts: WorkerParts): Promise<void> {
  await tellWhatIsFinal(dealId, 'crm/writes', parts, () => settleWrites(dealId, traceId, parts));
}

async function settleWrites(dealId: string, traceId: string, parts: WorkerParts): Promise<readonly Decision[]> {
  const view = await viewWrites(dealId, traceId, parts);
  if (view === undefined) {
    parts.log('warn', 'deal.unknown', { dealId, traceId });
    return [];
  }
  await closeNothingToWrite(view, parts);
  const failures: HubError[] = [];
  const isAnyHeld = await closeAll(view.obligations, view, failures, parts);
  if (isAnyHeld) {
    // What was held just now is told just now.
    const after = await viewWrites(dealId, traceId, parts);
    const notices = after?.obligations.filter((each) => each.do === 'notice' && each.key.startsWith('notice/write/'));
    if (after !== undefined) await closeAll(notices ?? [], after, failures, parts);
  }
  const first = failures.find((failure) => failure.retry !== 'never') ?? failures[0];
  if (first !== undefined) throw first;
  return view.standing;
}

/** That there was nothing to write, or no record to write to, is over as soon as something is owed again. */
async function closeNothingToWrite({ deal, obligations, standing }: WriteView, parts: WorkerParts): Promise<void> {
  if (obligations.some((each) => each.do === 'nothing' && each.subject === 'write')) return;
  const told = standing.find(({ subject }) => subject === 'write');
  if (told === undefined || told.reason.code === 'write.due') return;
  await decide(deal.dealId, 'write', { code: 'write.due', sentence: 'the CRM is told what happened' }, parts);
}

/** Closes every difference; true when one of them waits for a person now. */
async function closeAll(
  obligations: readonly WriteObligation[],
  view: WriteView,
  failures: HubError[],
  parts: WorkerParts,
): Promise<boolean> {
  let isAnyHeld = false;
  for (const obligation of obligations) {
    try {
      isAnyHeld = (await close(obligation, view, parts)) === 'held' || isAnyHeld;
    } catch (error) {
      // A file that cannot be attached does not keep the stage from advancing.
      if (!(error instanceof HubError)) throw error;
      failures.push(error);
    }
  }
  return isAnyHeld;
}

async function close(obligation: WriteObligation, view: WriteView, parts: WorkerParts): Promise<'settled' | 'held'> {
  const { dealId } = view.deal;
  if (obligation.do === 'nothing') {
    await decide(dealId, obligation.subject, obligation.reason, parts);
    return 'settled';
  }
  if (view.mode === 'observe') {
    const sentence = `would write to the CRM (${obligation.key}): ${obligation.reason.sentence}; nothing is written in mode observe`;
    await decide(dealId, `write/${obligation.key}`, { code: 'mode.observe', sentence }, parts);
    return 'settled';
  }
  switch (obligation.do) {
    case 'fields':
      return writeOnce(obligation, view, parts, fieldsWork);
    case 'stage':
      return writeOnce(obligation, view, parts, stageWork(parts));
    case 'file':
      return writeOnce(obligation, view, parts, fileWork(parts));
    case 'notice':
      return writeOnce(obligation, view, parts, noticeWork(parts));
  }
}
