import { describe, expect, it } from 'vitest';
import { withoutSessionId } from './session-id.ts';

const ID = '00D5g000004XyZa!AQcAQ.x_y-z0123';

describe('a text without session ids', () => {
  it.each([
    ['an element', `<a><SessionId>${ID}</SessionId>b</a>`, '<a><SessionId>(removed)</SessionId>b</a>'],
    ['an element with a prefix', `<o:SessionId>x</o:SessionId >b`, '<SessionId>(removed)</SessionId>b'],
    ['attributes', '<SessionId a="/" b=">">x</SessionId>b', '<SessionId>(removed)</SessionId>b'],
    ['another case', '<sessionid>x</SESSIONID>b', '<SessionId>(removed)</SessionId>b'],
    ['an element of another form', '<SessionId>not of that shape</SessionId>b', '<SessionId>(removed)</SessionId>b'],
    ['an empty element', '<SessionId xsi:nil="true"/>b', '<SessionId>(removed)</SessionId>b'],
    ['a cut-off element', `<a><SessionId>${ID.slice(0, 9)}`, '<a><SessionId>(removed)</SessionId>'],
    [
      'two elements',
      '<SessionId>x</SessionId>b<SessionId>y</SessionId>',
      '<SessionId>(removed)</SessionId>b<SessionId>(removed)</SessionId>',
    ],
    ['a broken opening tag', `<SessionId${ID}</SessionId>`, '<Sessio(session id removed)</SessionId>'],
    ['JSON', `{"session":"${ID}","a":1}`, '{"session":"(session id removed)","a":1}'],
  ])('loses the one in %s', (_what, text, kept) => {
    expect(withoutSessionId(text)).toBe(kept);
  });

  it.each([['<SessionIdentity>x</SessionIdentity>'], ['<MySessionId>x</MySessionId>'], ['00D5g000004XyZaEAK'], ['']])(
    'leaves %j as it is',
    (text) => {
      expect(withoutSessionId(text)).toBe(text);
    },
  );

  it.each([
    ['openings without an end', '<SessionId'.repeat(60_000)],
    ['openings', '<SessionId>'.repeat(60_000)],
    ['closings', '</SessionId>'.repeat(60_000)],
    ['prefixes', `<${'a'.repeat(600_000)}`],
    ['halves of a session', '00D5g000004XyZa'.repeat(40_000)],
  ])('is made quickly out of 600 KB of %s', (_what, text) => {
    expect(withoutSessionId(text).length).toBeGreaterThan(0);
  });
});
