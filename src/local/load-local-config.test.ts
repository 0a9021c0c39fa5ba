import { expect, it } from 'vitest';
import { readdressed } from './load-local-config.ts';

const addresses = {
  hub: 'http://127.0.0.1:42013',
  hubspot: 'http://127.0.0.1:42031',
  docusign: 'http://127.0.0.1:4200',
  salesforce: 'http://127.0.0.1:61000',
};

it("puts each address in the place of the sample's, also where a new one begins like a sample's", () => {
  const text = ['4200', '4201', '4202', '4203', '4204', '42011'].map((port) => `at: http://127.0.0.1:${port}`);
  expect(readdressed(text.join('\n'), addresses).split('\n')).toEqual([
    'at: http://127.0.0.1:42013',
    'at: http://127.0.0.1:42031',
    'at: http://127.0.0.1:4200',
    'at: http://127.0.0.1:61000',
    'at: http://127.0.0.1:4204',
    'at: http://127.0.0.1:42011',
  ]);
});
