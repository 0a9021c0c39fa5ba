import { describe, expect, it } from 'vitest';
import { otherAccounts } from './other-accounts.ts';
import { isSandboxConnection } from './sandbox-connection.ts';

const crm = { id: 'hubspot-main', provider: 'hubspot', role: 'crm', mode: 'observe', effectsFromMs: 0 } as const;

describe('a simulated account', () => {
  it.each([
    ['http://127.0.0.1:4201', true],
    ['http://localhost:4201/x', true],
    ['https://api.hubapi.com', false],
    ['http://127.0.0.1.example.com', false],
    ['http://localhost.example.com:4201', false],
  ])('is told by its address: %s', (baseUrl, expected) => {
    expect(isSandboxConnection({ ...crm, settings: { baseUrl } })).toBe(expected);
  });
});

describe('an account whose pages are on this machine', () => {
  it('is real when its API is not', () => {
    const settings = { baseUrl: 'https://api.hubapi.com', appUrl: 'http://localhost:9' };
    expect(isSandboxConnection({ ...crm, settings })).toBe(false);
  });
});

describe('a connection id', () => {
  const sandbox = { ...crm, settings: { portalId: 24681012, baseUrl: 'http://127.0.0.1:4201' } };
  const real = { ...crm, settings: { portalId: 24681012, baseUrl: 'https://api.hubapi.com' } };

  it('does not become another account', () => {
    expect(otherAccounts([sandbox], [real])).toEqual([
      'hubspot-main was the hubspot account 24681012 of the sandbox, and would now be the hubspot account 24681012',
    ]);
    const other = { ...sandbox, settings: { ...sandbox.settings, portalId: 5 } };
    expect(otherAccounts([sandbox], [other])).toEqual([
      'hubspot-main was the hubspot account 24681012 of the sandbox, and would now be the hubspot account 5 of the sandbox',
    ]);
  });

  it('does not take the account of another id that is gone: its deals would be told as new ones', () => {
    const renamed = { ...real, id: 'hubspot-acme' };
    expect(otherAccounts([real], [renamed])).toEqual([
      'the hubspot account 24681012 is known as hubspot-main, and would now be hubspot-acme',
    ]);
    expect(otherAccounts([real], [real, renamed])).toEqual([]);
    expect(otherAccounts([real, renamed], [renamed])).toEqual([]);
  });

  it('may come back with the account that it had', () => {
    const other = { ...real, id: 'hubspot-emea', settings: { ...real.settings, portalId: 7 } };
    expect(otherAccounts([real, other], [real])).toEqual([]);
    expect(otherAccounts([other, real], [other])).toEqual([]);
  });

  it('may keep its account on another port, and be new', () => {
    const moved = { ...sandbox, settings: { ...sandbox.settings, baseUrl: 'http://127.0.0.1:5301' } };
    expect(otherAccounts([sandbox], [moved, { ...real, id: 'hubspot-acme' }])).toEqual([]);
  });
});
