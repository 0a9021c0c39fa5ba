import { mapStage } from '../../domain/mapping.ts';
import type { WriteObligation } from '../../domain/write-obligations.ts';
import type { WorkerParts } from '../parts.ts';
import { putThroughInbox } from '../refresh/refresh-deal.ts';
import { type WriteResult, type WriteView, writeOnce } from './write-item.ts';

type StageObligation = Extract<WriteObligation, { do: 'stage' }>;

/**
 * Advances the CRM's stage after signing, only from the stage in which the contract was sent. A deal that a person
 * moved elsewhere meanwhile stays where it is, with a sentence.
 */
export async function writeStage(obligation: StageObligation, view: WriteView, parts: WorkerParts): Promise<void> {
  const value = `${obligation.to.pipelineId ?? ''}/${obligation.to.stageId}`;
  await writeOnce(obligation.key, value, view, parts, () => advance(obligation, view, parts));
}

async function advance(obligation: StageObligation, view: WriteView, parts: WorkerParts): Promise<WriteResult> {
  const { crm, config, deal } = view;
  const { recordId, connectionId } = deal.leading;
  const fresh = await crm.readDeal(recordId, []);
  if (!fresh.found) {
    const remedy = 'restore the deal in the CRM, then `npx stagepost retry` it';
    return {
      done: false,
      code: 'crm.deal-gone',
      sentence: 'the CRM no longer has the deal; its stage was not advanced',
      remedy,
    };
  }
  const { stageId, pipelineId } = fresh.deal;
  const words = (id: string) => `${mapStage(config, connectionId, id, pipelineId).stage} (${id})`;
  if (stageId === obligation.to.stageId) {
    return { done: true, note: `the deal already was in ${words(stageId)}` };
  }
  if (stageId !== obligation.from.stageId) {
    return {
      done: false,
      code: 'stage.moved-meanwhile',
      sentence: `contract ${obligation.n} is signed, but the deal is now in ${words(stageId)}, not in ${words(obligation.from.stageId)} where the contract was sent; the CRM's stage was left alone`,
      remedy: `move the deal to ${words(obligation.to.stageId)} in the CRM if that is right`,
    };
  }
  await crm.writeStage(recordId, obligation.to);
  await feedBack(view, parts);
  return { done: true, note: `CRM stage advanced from ${words(stageId)} to ${words(obligation.to.stageId)}` };
}

/** Our own confirmed stage write goes through the same door as everybody's, in case its webhook is lost. */
async function feedBack(view: WriteView, parts: WorkerParts): Promise<void> {
  const { crm, deal, traceId } = view;
  const { connectionId, recordId } = deal.leading;
  const signals = await crm.readStageHistory(recordId);
  await putThroughInbox(connectionId, signals, 'stage-write', traceId, parts);
}
