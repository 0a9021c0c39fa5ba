import { describe, expect, test } from 'vitest';
import { canonicalJson, contractInputs } from './contract-inputs.ts';
import type { DealFacts } from './deal-facts.ts';
import type { ContractPolicy } from './policies.ts';
import { contact, facts, policy } from './test-builders.ts';

const live = { mode: 'live' } as const;

function inputsOf(given: ContractPolicy, deal: DealFacts, options: Parameters<typeof contractInputs>[2] = live) {
  const result = contractInputs(given, deal, options);
  if (!result.ok) throw new Error(result.holds.map((each) => each.sentence).join('; '));
  return result.inputs;
}

function holdsOf(given: ContractPolicy, deal: DealFacts, options: Parameters<typeof contractInputs>[2] = live) {
  const result = contractInputs(given, deal, options);
  if (result.ok) throw new Error('expected holds');
  return result.holds;
}

test('says what is signed by whom', () => {
  expect(inputsOf(policy(), facts('s6'))).toEqual({
    subject: 'Agreement for Acme rollout',
    message: 'Please sign.',
    documents: [{ name: 'Master agreement', template: 'template-1' }],
    recipients: [
      {
        recipientId: '1',
        role: 'legal',
        kind: 'approver',
        routingOrder: 1,
        name: 'Dmitri Sokolov',
        email: 'legal@hub.example',
      },
      {
        recipientId: '2',
        role: 'customer-signer',
        kind: 'signer',
        routingOrder: 2,
        name: 'Dana Ruiz',
        email: 'dana@acme.example',
      },
      {
        recipientId: '3',
        role: 'counter-signer',
        kind: 'signer',
        routingOrder: 3,
        name: 'Ines Falk',
        email: 'ines@hub.example',
      },
    ],
    tabs: { ContractValue: '€120,000.00' },
    reminders: { firstAfterDays: 3, everyDays: 2 },
    expiresAfterDays: 30,
  });
});

describe('texts and fields', () => {
  test('fill in what the deal says, as people write it', () => {
    const given = policy({
      subject: '{{company.name}}: {{ deal.amount }} by {{deal.closeDate}}, {{deal.property.region}}',
    });
    expect(inputsOf(given, facts('s6')).subject).toBe('Acme: €120,000.00 by 30 June 2026, EMEA');
  });

  test.each([
    ['money', '1234567890123456.78', 'EUR', '€1,234,567,890,123,456.78'],
    ['money', '1200.5', 'CHF', 'CHF 1,200.50'],
    ['money', '1200.5', undefined, '1,200.50'],
    ['money', '1200', 'nonsense', '1,200.00'],
    ['money', '1200', 'JPY', '¥1,200'],
    ['text', '1200.5', 'EUR', '1200.5'],
  ] as const)('%s of %s %s is %s', (format, amount, currency, expected) => {
    const given = policy({ fields: [{ tab: 'T', from: 'deal.amount', format, required: true }] });
    expect(inputsOf(given, facts('s6', { amount, currency })).tabs).toEqual({ T: expected });
  });

  test.each([
    ['2026-06-30', 'Europe/Berlin', '30 June 2026'],
    ['2026-06-30', 'Pacific/Kiritimati', '30 June 2026'],
    ['2026-06-30T23:30:00Z', 'Europe/Berlin', '1 July 2026'],
    ['1782862200000', 'Europe/Berlin', '1 July 2026'],
  ])('the date %s in %s is %s', (closeDate, timeZone, expected) => {
    const given = policy({ fields: [{ tab: 'T', from: 'deal.closeDate', format: 'date', required: true }] });
    expect(inputsOf(given, facts('s6', { closeDate }), { mode: 'live', timeZone }).tabs).toEqual({ T: expected });
  });

  test('an optional field that is empty is left out', () => {
    const given = policy({ fields: [{ tab: 'T', from: 'deal.property.none', required: false }] });
    expect(inputsOf(given, facts('s6')).tabs).toEqual({});
  });

  test.each<[string, Partial<ContractPolicy>, Partial<DealFacts>, string, string]>([
    [
      'a required field that is empty',
      {},
      { amount: '  ' },
      'field ContractValue needs deal.amount, which is empty on the deal',
      'fill in the amount of the deal in the CRM',
    ],
    [
      'an amount that is none',
      {},
      { amount: 'a lot' },
      'field ContractValue needs deal.amount as money, but the deal has "a lot"',
      'correct the amount of the deal in the CRM',
    ],
    [
      'an empty name in the subject',
      { subject: 'For {{company.name}}' },
      { company: undefined },
      'the subject of the contract needs company.name, which is empty on the deal',
      'fill in the company of the deal in the CRM',
    ],
    [
      'a source that nobody knows',
      { message: '{{deal.colour}}' },
      {},
      'the message of the contract needs "deal.colour", which is no value of a deal',
      'correct "deal.colour" in policy "standard" of the configuration',
    ],
    [
      'a property that is only a prototype’s',
      { fields: [{ tab: 'T', from: 'deal.property.constructor', required: true }] },
      {},
      'field T needs deal.property.constructor, which is empty on the deal',
      'fill in property constructor of the deal in the CRM',
    ],
  ])('held for %s', (_, policyChange, factsChange, sentence, remedy) => {
    const holds = holdsOf(policy(policyChange), facts('s6', factsChange));
    expect(holds.map((each) => [each.sentence, each.remedy])).toEqual([[sentence, remedy]]);
  });
});

describe('documents', () => {
  const big = { name: 'Annex', file: 'annex.pdf', when: { amount: { atLeast: 500_000 } } };

  test('come when their condition holds', () => {
    const given = policy({ documents: [{ name: 'MSA', template: 't' }, big] });
    expect(inputsOf(given, facts('s6')).documents.map((each) => each.name)).toEqual(['MSA']);
    expect(inputsOf(given, facts('s6', { amount: '500000' })).documents.map((each) => each.name)).toEqual([
      'MSA',
      'Annex',
    ]);
  });

  test('missing altogether hold the contract', () => {
    expect(holdsOf(policy({ documents: [big] }), facts('s6')).map((each) => each.code)).toEqual([
      'contract.no-document',
    ]);
  });
});

describe('recipients', () => {
  const other = contact({
    id: 'c2',
    name: 'Sam Poe',
    email: 'sam@acme.example',
    labels: ['contract SIGNER '],
    isPrimary: false,
  });
  const orPrimary = policy({
    recipients: [
      { role: 'r', kind: 'signer', routingOrder: 1, contact: { label: 'Contract signer', orPrimary: true } },
    ],
  });

  test('a label is found whatever its case', () => {
    expect(inputsOf(policy(), facts('s6', { contacts: [other] })).recipients[1]?.email).toBe('sam@acme.example');
  });

  test('among several with the label the primary contact signs', () => {
    expect(inputsOf(policy(), facts('s6', { contacts: [other, contact()] })).recipients[1]?.name).toBe('Dana Ruiz');
  });

  test('without the label the only or the primary contact signs, where the policy allows it', () => {
    const unlabelled = contact({ labels: [] });
    expect(
      inputsOf(orPrimary, facts('s6', { contacts: [{ ...unlabelled, isPrimary: false }] })).recipients,
    ).toHaveLength(1);
    const two = [{ ...other, labels: [] }, unlabelled];
    expect(inputsOf(orPrimary, facts('s6', { contacts: two })).recipients[0]?.name).toBe('Dana Ruiz');
    expect(
      holdsOf(orPrimary, facts('s6', { contacts: two.map((each) => ({ ...each, isPrimary: false })) }))[0]?.code,
    ).toBe('contract.no-contact');
  });

  test('a contact without a name is called by the address', () => {
    expect(inputsOf(policy(), facts('s6', { contacts: [contact({ name: ' ' })] })).recipients[1]?.name).toBe(
      'dana@acme.example',
    );
  });

  test.each<[string, Partial<DealFacts>, string, string]>([
    [
      'nobody has the label',
      { contacts: [contact({ labels: [] })] },
      'no signer: the deal has no contact labelled "Contract signer"',
      'add the label "Contract signer" to a contact of the deal in the CRM',
    ],
    [
      'two have the label and neither is primary',
      { contacts: [other, contact({ isPrimary: false })] },
      'no signer: 2 contacts of the deal are labelled "Contract signer" (Sam Poe, Dana Ruiz)',
      'leave the label "Contract signer" on one contact of the deal, or make one of them the primary contact',
    ],
    [
      'the contact has no e-mail address',
      { contacts: [contact({ email: undefined })] },
      'no signer: contact Dana Ruiz has no e-mail address',
      'add the e-mail address in the CRM',
    ],
    [
      'the e-mail address is none',
      { contacts: [contact({ email: 'dana at acme' })] },
      'no signer: "dana at acme" of contact Dana Ruiz is not an e-mail address',
      'correct the e-mail address in the CRM',
    ],
    [
      'the deal has no owner',
      { owner: undefined },
      'no counter-signer: the deal has no owner',
      'give the deal an active owner in the CRM',
    ],
    [
      'the owner left',
      { owner: { id: 'o', name: 'Ines Falk', email: 'i@hub.example', active: false } },
      "no counter-signer: the deal's owner Ines Falk is not active in the CRM any more",
      'give the deal an active owner in the CRM',
    ],
  ])('held because %s', (_, change, sentence, remedy) => {
    expect(holdsOf(policy(), facts('s6', change)).map((each) => [each.sentence, each.remedy])).toEqual([
      [sentence, remedy],
    ]);
  });

  test('a policy in which nobody signs is held', () => {
    const copies = policy({ recipients: [{ role: 'r', kind: 'copy', routingOrder: 1, owner: true }] });
    expect(holdsOf(copies, facts('s6')).map((each) => each.code)).toEqual(['contract.no-signer']);
  });

  test('all reasons come at once', () => {
    const holds = holdsOf(policy(), facts('s6', { owner: undefined, amount: undefined, contacts: [] }));
    expect(holds.map((each) => each.code)).toEqual([
      'contract.no-contact',
      'contract.no-owner',
      'contract.field-empty',
    ]);
  });
});

describe('a rehearsal', () => {
  test('sends everything to one address and says for whom it would have been', () => {
    const { recipients } = inputsOf(policy(), facts('s6'), { mode: 'rehearse', rehearseTo: 'me@hub.example' });
    expect(recipients.map((each) => each.email)).toEqual(['me@hub.example', 'me@hub.example', 'me@hub.example']);
    expect(recipients[1]?.name).toBe('Dana Ruiz (rehearsal for dana@acme.example)');
  });

  test('keeps the note whole in a name of at most 100 characters', () => {
    const long = facts('s6', { contacts: [contact({ name: 'x'.repeat(200) })] });
    const name = inputsOf(policy(), long, { mode: 'rehearse', rehearseTo: 'me@hub.example' }).recipients[1]?.name;
    expect(name).toHaveLength(100);
    expect(name?.endsWith('x (rehearsal for dana@acme.example)')).toBe(true);
  });

  test('without an address is held', () => {
    expect(holdsOf(policy(), facts('s6'), { mode: 'rehearse' }).map((each) => each.code)).toEqual([
      'rehearse.no-address',
    ]);
  });

  test('ignores the address when live', () => {
    expect(inputsOf(policy(), facts('s6'), { mode: 'live', rehearseTo: 'me@hub.example' }).recipients[1]?.email).toBe(
      'dana@acme.example',
    );
  });
});

test('canonical JSON does not depend on the order of keys', () => {
  expect(canonicalJson({ b: [{ d: 1, c: undefined }], a: { z: null, y: 'x' } })).toBe(
    '{"a":{"y":"x","z":null},"b":[{"d":1}]}',
  );
  expect(canonicalJson(JSON.parse('{"__proto__":1,"a":2}'))).toBe('{"__proto__":1,"a":2}');
});
