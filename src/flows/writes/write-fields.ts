import { createHash } from 'node:crypto';
import { canonicalJson } from '../../domain/contract-inputs.ts';
import type { WriteObligation } from '../../domain/write-obligations.ts';
import type { WorkerParts } from '../parts.ts';
import { type WriteView, writeOnce } from './write-item.ts';

/** Writes the fields that the hub owns; the same values are not written twice in a row. */
export async function writeFields(
  obligation: Extract<WriteObligation, { do: 'fields' }>,
  view: WriteView,
  parts: WorkerParts,
): Promise<void> {
  const value = createHash('sha256').update(canonicalJson(obligation.fields)).digest('hex').slice(0, 24);
  await writeOnce(obligation.key, value, view, parts, async () => {
    await view.crm.writeFields(view.deal.leading.recordId, obligation.fields);
    const shown = Object.entries(obligation.fields).map(([name, content]) => `${name} = ${content}`);
    return { done: true, note: `CRM fields written: ${shown.join(', ')}` };
  });
}
