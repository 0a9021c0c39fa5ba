import { describe, expect, test } from 'vitest';
import { config, connection, contract, DAY, deal, policy } from './test-builders.ts';
import {
  answer,
  ask,
  entered,
  inProcurement,
  may,
  reEntered,
  sent,
  signed,
  withPolicy,
} from './test-contract-questions.ts';

describe('in procurement', () => {
  test('a contract is due for the entry', () => {
    expect(answer({ deal: inProcurement })).toEqual({
      do: 'create',
      subject: `contract/for/${entered}`,
      n: 1,
      forEntry: entered,
      policy: policy(),
      reason: {
        code: 'contract.due',
        sentence: 'contract 1 is due: the deal entered procurement on 3 May 2026; policy "standard"',
        facts: { n: 1, policy: 'standard', enteredAtMs: may(3) },
      },
    });
  });

  test('its contract goes on, held or not', () => {
    const hold = { code: 'c', sentence: 's', remedy: 'r', sinceMs: 1 };
    expect(answer({ deal: inProcurement, contracts: [contract({ forEntry: entered, hold })] })).toMatchObject({
      do: 'advance',
      n: 1,
    });
    expect(answer({ deal: inProcurement, contracts: [sent] })).toMatchObject({
      do: 'advance',
      reason: { sentence: 'contract 1 is out for signature since 3 May 2026' },
    });
  });

  test('any transition of the entry names it', () => {
    const twice = deal([
      ['s6', may(3)],
      ['s6', may(3) + 400],
    ]);
    expect(answer({ deal: twice, contracts: [{ ...sent, forEntry: `s6@${may(3) + 400}` }] }).do).toBe('advance');
  });

  test('another CRM stage that means procurement too is no second entry', () => {
    const walked = deal([
      ['s6', may(3)],
      ['s6b', may(5)],
    ]);
    expect(answer({ deal: walked, contracts: [sent], config: withPolicy({ reEntry: 'replace' }) }).do).toBe('advance');
  });

  test('a signed contract is the end of it', () => {
    expect(answer({ deal: inProcurement, contracts: [signed] })).toMatchObject({
      do: 'nothing',
      reason: { code: 'contract.signed', sentence: 'nothing to send: contract 1 is signed since 4 May 2026' },
    });
  });

  test('no policy that fits is said to a person', () => {
    expect(answer({ deal: inProcurement, config: withPolicy({ when: { currency: ['USD'] } }) })).toMatchObject({
      do: 'hold',
      reason: { code: 'policy.none' },
    });
  });

  test('an entry before effects began has none', () => {
    const late = config({
      connections: [connection('crm', 'crm', { effectsFromMs: may(4) }), connection('docusign', 'esign')],
    });
    expect(answer({ deal: inProcurement, config: late })).toMatchObject({
      do: 'nothing',
      reason: {
        code: 'entry.before-effects',
        sentence: 'no contract: the deal entered procurement on 3 May 2026, before effects of crm began on 4 May 2026',
      },
    });
    const atOnce = config({
      connections: [connection('crm', 'crm', { effectsFromMs: may(3) }), connection('docusign', 'esign')],
    });
    expect(answer({ deal: inProcurement, config: atOnce }).do).toBe('create');
  });

  test('an entry before the e-sign connection may act has none either', () => {
    const late = config({
      connections: [connection('crm', 'crm'), connection('docusign', 'esign', { effectsFromMs: may(4) })],
    });
    expect(answer({ deal: inProcurement, config: late })).toMatchObject({
      do: 'nothing',
      reason: { code: 'entry.before-effects' },
    });
  });

  test('an old entry asks a person, but a contract that exists goes on', () => {
    const nowMs = may(3) + 61 * DAY;
    expect(answer({ deal: inProcurement, nowMs })).toMatchObject({
      do: 'hold',
      reason: {
        code: 'entry.too-old',
        sentence:
          'no contract: the deal entered procurement on 3 May 2026; entries older than 60 days are not acted on without a person',
      },
    });
    expect(answer({ deal: inProcurement, nowMs: may(3) + 60 * DAY }).do).toBe('create');
    expect(answer({ deal: inProcurement, nowMs, contracts: [sent] }).do).toBe('advance');
  });

  test.each([
    [
      'declined',
      contract({ state: 'declined', forEntry: entered, endedAtMs: may(5), endReason: 'too dear' }),
      'declined',
      'contract.declined',
      'no new contract: contract 1 was declined on 5 May 2026 (too dear); policy ask',
    ],
    [
      'expired',
      contract({ state: 'expired', forEntry: entered, endedAtMs: may(5) }),
      'expired',
      'contract.expired',
      'no new contract: contract 1 expired on 5 May 2026; policy ask',
    ],
    [
      'voided outside',
      contract({
        state: 'voided',
        forEntry: entered,
        endedAtMs: may(5),
        endedBy: 'outside',
        endReason: 'voided outside: typo',
      }),
      'voidedOutside',
      'contract.voided-outside',
      'no new contract: contract 1 was voided on 5 May 2026 (voided outside: typo); policy ask',
    ],
  ] as const)('a contract that was %s asks a person or is renewed', (_, ended, name, code, sentence) => {
    expect(answer({ deal: inProcurement, contracts: [ended] })).toMatchObject({
      do: 'hold',
      reason: { code, sentence },
    });
    expect(answer({ deal: inProcurement, contracts: [ended], config: withPolicy({ [name]: 'renew' }) })).toMatchObject({
      do: 'create',
      n: 2,
      reason: { code: 'contract.renewed' },
    });
    const thrice = [1, 2, 3].map((n) => ({ ...ended, n }));
    expect(answer({ deal: inProcurement, contracts: thrice, config: withPolicy({ [name]: 'renew' }) })).toMatchObject({
      do: 'hold',
      n: 3,
    });
  });

  test('a draft that was thrown away because the deal changed is followed by a new one', () => {
    const thrown = contract({ state: 'voided', endedBy: 'us', endReason: 'the deal changed', forEntry: entered });
    expect(answer({ deal: inProcurement, contracts: [thrown] })).toMatchObject({ do: 'create', n: 2 });
    const many = Array.from({ length: 11 }, (_, index) => ({ ...thrown, n: index + 1 }));
    expect(answer({ deal: inProcurement, contracts: many.slice(0, 10) })).toMatchObject({ do: 'create', n: 11 });
    expect(answer({ deal: inProcurement, contracts: many })).toMatchObject({
      do: 'hold',
      reason: { code: 'contract.redrafted-too-often' },
    });
  });

  test('a contract that we voided on purpose closes the entry', () => {
    const reason = { code: 'action', sentence: 'a person voided it' };
    const voided = contract({ state: 'voided', endedBy: 'us', forEntry: entered, voiding: { reason, sinceMs: 1 } });
    expect(answer({ deal: inProcurement, contracts: [voided] })).toMatchObject({
      do: 'hold',
      reason: { code: 'contract.voided-by-us' },
    });
  });
});

describe('in procurement again', () => {
  test.each([
    ['keep', 'nothing', 'no contract sent: contract 1 is out for signature since 3 May 2026; policy keep'],
    [
      'replace',
      'void',
      'the deal entered procurement again on 7 May 2026; policy replace: contract 1 makes way for a new one',
    ],
    [
      'ask',
      'hold',
      'no contract sent: the deal entered procurement again on 7 May 2026, and contract 1 is out for signature since 3 May 2026; policy ask',
    ],
  ] as const)('with a contract out, policy %s: %s', (reEntry, action, sentence) => {
    expect(answer({ deal: reEntered, contracts: [sent], config: withPolicy({ reEntry }) })).toMatchObject({
      do: action,
      reason: { sentence },
    });
  });

  test('a kept contract that is not out yet goes on', () => {
    const drafted = contract({ state: 'drafted', forEntry: entered });
    expect(answer({ deal: reEntered, contracts: [drafted], config: withPolicy({ reEntry: 'keep' }) })).toMatchObject({
      do: 'advance',
      n: 1,
    });
  });

  test.each([
    ['keep', 'nothing'],
    ['replace', 'hold'],
    ['ask', 'hold'],
  ] as const)('with a signed contract, policy %s: %s', (reEntry, action) => {
    expect(answer({ deal: reEntered, contracts: [signed], config: withPolicy({ reEntry }) }).do).toBe(action);
  });

  test('a replaced contract is voided first, then the new one is due', () => {
    const voiding = { reason: { code: 'contract.replaced', sentence: 'replaced' }, sinceMs: 1 };
    const under = withPolicy({ reEntry: 'replace' });
    const during = ask({ deal: reEntered, contracts: [{ ...sent, voiding }], config: under });
    expect(during.map((each) => each.do)).toEqual(['void', 'nothing']);
    expect(during[0]?.reason.sentence).toBe('replaced');
    const after = contract({ state: 'voided', endedBy: 'us', voiding, forEntry: entered });
    expect(answer({ deal: reEntered, contracts: [after], config: under })).toMatchObject({
      do: 'create',
      n: 2,
      forEntry: `s6@${may(7)}`,
    });
  });

  test('if the replaced one was signed meanwhile, a person is asked', () => {
    const voiding = { reason: { code: 'contract.replaced', sentence: 'replaced' }, sinceMs: 1 };
    expect(
      answer({ deal: reEntered, contracts: [{ ...signed, voiding }], config: withPolicy({ reEntry: 'replace' }) }).do,
    ).toBe('hold');
  });

  test('a declined contract of the earlier entry does not close the new one', () => {
    const declined = contract({ state: 'declined', forEntry: entered });
    expect(answer({ deal: reEntered, contracts: [declined] })).toMatchObject({ do: 'create', n: 2 });
  });
});

describe('a rehearsal', () => {
  const rehearsed = { ...signed, mode: 'rehearse' as const };
  const rehearsing = config({
    connections: [connection('crm', 'crm', { mode: 'rehearse' }), connection('docusign', 'esign')],
  });

  test('counts as signed while rehearsing goes on', () => {
    expect(answer({ deal: inProcurement, contracts: [rehearsed], config: rehearsing })).toMatchObject({
      do: 'nothing',
      reason: { code: 'contract.signed' },
    });
  });

  test('does not stand for the real contract once the connections are live, and keeps its number', () => {
    expect(ask({ deal: inProcurement, contracts: [rehearsed] })).toMatchObject([
      {
        do: 'nothing',
        subject: 'contract/1',
        reason: {
          code: 'contract.rehearsal-over',
          sentence: 'contract 1 was a rehearsal; it does not count now that the connections are live',
        },
      },
      {
        do: 'create',
        n: 2,
        reason: { sentence: 'contract 2 is due: the deal entered procurement on 3 May 2026; policy "standard"' },
      },
    ]);
  });

  test('that is still out does not keep the real contract back', () => {
    const open = { ...sent, mode: 'rehearse' as const };
    expect(ask({ deal: inProcurement, contracts: [open] }).map((each) => each.do)).toEqual(['nothing', 'create']);
  });
});

describe('a stage that nobody mapped', () => {
  const lost = deal([['sX', may(3)]]);

  test('asks a person, naming the stage', () => {
    expect(answer({ deal: lost })).toMatchObject({ do: 'hold', reason: { code: 'stage.unmapped' } });
  });

  test("is nobody's matter when the deal was there before the hub", () => {
    const later = config({
      connections: [connection('crm', 'crm', { effectsFromMs: may(10) }), connection('docusign', 'esign')],
    });
    expect(answer({ deal: lost, config: later })).toMatchObject({
      do: 'nothing',
      reason: { code: 'entry.before-effects' },
    });
  });
});
