import { calendarDateOf } from '../../domain/calendar.ts';
import type { NoticeObligation } from '../../domain/notice.ts';
import { leadingConnection } from '../connections.ts';
import type { WorkerParts } from '../parts.ts';
import { effectKeyOf } from '../plans/effect-key.ts';
import type { WriteWork } from './write-item.ts';
import type { WriteView } from './write-view.ts';

const HOUR_MS = 3_600_000;

/** Tells the deal's owner, as a task in the CRM, about what nobody should have to find out; once per change of state. */
export function noticeWork(parts: WorkerParts): WriteWork<NoticeObligation> {
  return {
    valueOf: () => 'once',
    isRepeatable: false,
    async write(obligation, view, intend) {
      const { deal, crm } = view;
      const recordId = obligation.recordId ?? deal.leading.recordId;
      const effectKey = effectKeyOf(deal.dealId, obligation.key, 'notice');
      // An earlier try may have died after the CRM accepted.
      const [existing] = await crm.findTasks(recordId, [effectKey]);
      if (existing === undefined) {
        const ownerId = await ownerOf(obligation, recordId, view);
        const dueAtMs = parts.clock.nowMs() + HOUR_MS;
        const dueDate = calendarDateOf(dueAtMs, view.config.calendar.timeZone);
        const { title, body } = obligation;
        await intend();
        await crm.createTask(recordId, { effectKey, title, body, priority: 'high', ownerId, dueAtMs, dueDate });
      }
      return { done: true, note: `told ${whom(obligation, view)}: ${obligation.title}` };
    },
  };
}

function isRehearsed(obligation: NoticeObligation, view: WriteView): boolean {
  return view.mode === 'rehearse' || obligation.rehearsed === true;
}

function whom(obligation: NoticeObligation, view: WriteView): string {
  return isRehearsed(obligation, view) ? `the rehearsing person (${addressOf(view) ?? 'nobody'})` : "the deal's owner";
}

/** Nobody but the rehearsing person hears of a rehearsal. */
async function ownerOf(obligation: NoticeObligation, recordId: string, view: WriteView): Promise<string | undefined> {
  if (!isRehearsed(obligation, view)) {
    const fresh = await view.crm.readDeal(recordId, []);
    return fresh.found ? fresh.deal.owner?.id : undefined;
  }
  const address = addressOf(view);
  return address === undefined ? undefined : (await view.crm.findOwnerByEmail(address))?.id;
}

/** Where only the e-sign account rehearses, its address is the one. */
function addressOf({ config, deal }: WriteView): string | undefined {
  const rehearsing = config.connections.filter((each) => each.mode === 'rehearse');
  return [leadingConnection(config, deal), ...rehearsing].find((each) => each.rehearseTo !== undefined)?.rehearseTo;
}
