import { expect, test } from 'vitest';
import { openSandboxStorage } from '../../../local/sandbox-kit/records.ts';
import { createMintId, fullId } from './ids.ts';

// Pairs out of public documentation and recorded requests.
test.each([
  ['00D1I000000jOfd', '00D1I000000jOfdUAE'],
  ['001D000000IRFma', '001D000000IRFmaIAH'],
  ['0013h00000Fz0Gz', '0013h00000Fz0GzAAJ'],
  ['0012S00002GWsZ0', '0012S00002GWsZ0QAL'],
])('%s and %s are one id', (short, long) => {
  expect(fullId(short)).toBe(long);
  expect(fullId(long)).toBe(long);
});

test.each([[''], ['12'], ['001D000000IRFm'], ['001D000000IRFma!!!'], ['001D000000IRFmaIAA'], ['001d000000irfmaIAH']])(
  '%j is malformed',
  (text) => {
    expect(fullId(text)).toBeUndefined();
  },
);

test('ids ascend, have the prefix of their object, and never come twice', () => {
  const storage = openSandboxStorage(':memory:');
  const mint = createMintId(storage);
  const ids = [mint('Opportunity'), mint('Opportunity'), mint('Opportunity')];
  expect(ids.map((id) => id.slice(0, 3))).toEqual(['006', '006', '006']);
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(3);
  // Another process over the same storage goes on.
  expect(createMintId(storage)('Opportunity') > (ids[2] ?? '')).toBe(true);
  expect(mint('Task')).toMatch(/^00THr[A-Za-z0-9]{13}$/);
  storage.close();
});
