import { createHash } from 'node:crypto';
import { canonicalJson } from '../../domain/contract-inputs.ts';
import type { WriteObligation } from '../../domain/write-obligations.ts';
import type { WriteWork } from './write-item.ts';

/** Writes the fields that the hub owns; the same values are not written twice in a row. */
export const fieldsWork: WriteWork<Extract<WriteObligation, { do: 'fields' }>> = {
  valueOf: ({ fields }) => createHash('sha256').update(canonicalJson(fields)).digest('hex').slice(0, 24),
  isRepeatable: true,
  async write({ fields }, view, intend) {
    await intend();
    await view.crm.writeFields(view.deal.leading.recordId, fields);
    const shown = Object.entries(fields).map(([name, content]) => `${name} = ${content}`);
    return { done: true, note: `CRM fields written: ${shown.join(', ')}` };
  },
};
