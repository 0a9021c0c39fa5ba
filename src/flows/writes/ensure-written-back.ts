import { decisionNotices } from '../../domain/decision-notices.ts';
import { HubError } from '../../domain/errors.ts';
import { effectiveMode } from '../../domain/mode.ts';
import { type WriteObligation, writeObligations } from '../../domain/write-obligations.ts';
import { leadingConnection } from '../connections.ts';
import { decide } from '../decisions.ts';
import type { WorkerParts } from '../parts.ts';
import { writeFields } from './write-fields.ts';
import { writeFile } from './write-file.ts';
import type { WriteView } from './write-item.ts';
import { writeNotice } from './write-notice.ts';
import { writeStage } from './write-stage.ts';

/**
 * Makes the CRM say what happened: our fields, the signed document, the stage after signing, a task for whoever has to
 * know. Level-triggered; each write-back has its own item with lease and done-marker.
 */
export async function ensureWrittenBack(dealId: string, traceId: string, parts: WorkerParts): Promise<void> {
  const items = await parts.store.loadDealItems(dealId);
  const { deal, contracts, plans, tasks, writes, standing } = items;
  if (deal === undefined) {
    parts.log('warn', 'deal.unknown', { dealId, traceId });
    return;
  }
  const config = await parts.config();
  const mode = effectiveMode(config, deal);
  const crm = parts.crm(leadingConnection(config, deal));
  const view: WriteView = { deal, contracts, writes, config, crm, mode, traceId };
  const failures: HubError[] = [];
  const obligations = [
    ...writeObligations({ deal, contracts, plans, tasks, config, nowMs: parts.clock.nowMs() }),
    ...decisionNotices(deal, standing),
  ];
  for (const obligation of obligations) {
    try {
      await close(obligation, view, parts);
    } catch (error) {
      // A file that cannot be attached does not keep the stage from advancing.
      if (!(error instanceof HubError)) throw error;
      failures.push(error);
    }
  }
  const first = failures.find((failure) => failure.retry !== 'never');
  if (first !== undefined) throw first;
}

async function close(obligation: WriteObligation, view: WriteView, parts: WorkerParts): Promise<void> {
  const { dealId } = view.deal;
  if (obligation.do === 'nothing') {
    await decide(dealId, obligation.subject, obligation.reason, parts);
    return;
  }
  if (view.mode === 'observe') {
    const sentence = `would write to the CRM (${obligation.key}): ${obligation.reason.sentence}; nothing is written in mode observe`;
    await decide(dealId, `write/${obligation.key}`, { code: 'mode.observe', sentence }, parts);
    return;
  }
  switch (obligation.do) {
    case 'fields':
      return writeFields(obligation, view, parts);
    case 'stage':
      return writeStage(obligation, view, parts);
    case 'file':
      return writeFile(obligation, view, parts);
    case 'notice':
      return writeNotice(obligation, view, parts);
  }
}
