import { mapStage } from '../../domain/mapping.ts';
import type { WriteObligation } from '../../domain/write-obligations.ts';
import type { WorkerParts } from '../parts.ts';
import { putThroughInbox } from '../refresh/refresh-deal.ts';
import type { WriteWork } from './write-item.ts';
import type { WriteView } from './write-view.ts';

/**
 * Advances the CRM's stage after signing, only from the stage in which the contract was sent. A deal that a person
 * moved elsewhere meanwhile stays where it is, with a sentence.
 */
export function stageWork(parts: WorkerParts): WriteWork<Extract<WriteObligation, { do: 'stage' }>> {
  return {
    valueOf: ({ to }) => `${to.pipelineId ?? ''}/${to.stageId}`,
    isRepeatable: true,
    async write(obligation, view, intend) {
      const { crm, config, deal } = view;
      const { recordId, connectionId } = deal.leading;
      const fresh = await crm.readDeal(recordId, []);
      if (!fresh.found) {
        const sentence = 'the CRM no longer has the deal; its stage was not advanced';
        const remedy = 'restore the deal in the CRM, then `npx stagepost retry` it';
        return { done: false, code: 'crm.deal-gone', sentence, remedy };
      }
      const { stageId, pipelineId } = fresh.deal;
      const words = (id: string) => `${mapStage(config, connectionId, id, pipelineId).stage} (${id})`;
      if (stageId === obligation.to.stageId) {
        // The record does not know it yet: an earlier try of ours may have died before it could say so.
        await feedBack(view, parts);
        return { done: true, note: `the deal already was in ${words(stageId)}` };
      }
      if (stageId !== obligation.from.stageId) {
        if (await wasThereSince(obligation, view)) {
          await feedBack(view, parts);
          return {
            done: true,
            note: `the deal was in ${words(obligation.to.stageId)} since and went on to ${words(stageId)}`,
          };
        }
        return {
          done: false,
          code: 'stage.moved-meanwhile',
          sentence: `contract ${obligation.n} is signed, but the deal is now in ${words(stageId)}, not in ${words(obligation.from.stageId)} where the contract was sent; the CRM's stage was left alone`,
          remedy: `move the deal to ${words(obligation.to.stageId)} in the CRM if that is right`,
        };
      }
      await intend();
      await crm.writeStage(recordId, obligation.to);
      await feedBack(view, parts);
      return { done: true, note: `CRM stage advanced from ${words(stageId)} to ${words(obligation.to.stageId)}` };
    },
  };
}

/** Our own write whose answer was lost, or a person's: the deal has been where it had to go, and was moved on from there. */
async function wasThereSince(obligation: Extract<WriteObligation, { do: 'stage' }>, view: WriteView): Promise<boolean> {
  const sentAtMs = view.contracts.find((each) => each.n === obligation.n)?.sentAtMs ?? 0;
  const history = await view.crm.readStageHistory(view.deal.leading.recordId);
  return history.some((entry) => entry.stageId === obligation.to.stageId && entry.enteredAtMs >= sentAtMs);
}

/** Our own confirmed stage write goes through the same door as everybody's, in case its webhook is lost. */
async function feedBack(view: WriteView, parts: WorkerParts): Promise<void> {
  const { crm, deal, traceId } = view;
  const { connectionId, recordId } = deal.leading;
  const signals = await crm.readStageHistory(recordId);
  await putThroughInbox(connectionId, signals, 'stage-write', traceId, parts);
}
