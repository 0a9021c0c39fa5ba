import { describe, expect, it } from 'vitest';
import { createRedactor, REMOVED } from './redact.ts';

const nora = createRedactor({ names: ['Nora Nwosu'], emails: ['nora@northwind.example'] });

describe('taking a person out of a text', () => {
  it.each([
    ['Nora Nwosu (customer-signer): completed', 'removed on request (customer-signer): completed'],
    ['asked NORA NWOSU <Nora@Northwind.example>', 'asked removed on request <removed on request>'],
    ['to Dmitri (legal), then Nora Nwosu (signer)', 'to Dmitri (legal), then removed on request (signer)'],
    ['write to nora@northwind.example.', 'write to removed on request.'],
  ])('%s', (text, expected) => {
    expect(nora(text)).toBe(expected);
  });

  it.each([
    'Nora Nwosuki is somebody else',
    'eleonora@northwind.example',
    'e.nora@northwind.example',
    'nora@northwind.example.org',
    'Nora alone is not her whole name',
    '',
  ])('leaves others alone: %s', (text) => {
    expect(nora(text)).toBe(text);
  });

  it('takes signs in a name for what they are', () => {
    const redact = createRedactor({ names: ["Zoë O'Brien-Løvås (Jr.)", 'a.b'], emails: ['z+o@x.example'] });
    expect(redact("for Zoë O'Brien-Løvås (Jr.), z+o@x.example, a.b and axb")).toBe(
      'for removed on request, removed on request, removed on request and axb',
    );
  });

  it('takes the whole of two names that begin alike', () => {
    expect(createRedactor({ names: ['Jo', 'Jo Li'], emails: [] })('Jo Li and Jo')).toBe(
      'removed on request and removed on request',
    );
  });

  it('changes nothing the second time, and nothing where nobody is known', () => {
    const again = createRedactor({ names: ['Nora Nwosu', REMOVED, ' '], emails: [] });
    expect(again(again('Nora Nwosu signed'))).toBe('removed on request signed');
    expect(createRedactor({ names: [''], emails: [] })('any text')).toBe('any text');
  });
});
