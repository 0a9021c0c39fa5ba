import { describe, expect, it } from 'vitest';
import { changed, problemsOf } from './test-load.ts';

describe('loadConfigFile', () => {
  it.each<[string, string, string, string[]]>([
    [
      'an unknown key at the top',
      'publicUrl: https://hooks.example.com',
      'publicUrl: https://hooks.example.com\nconection: {}',
      ['3:1 conection | "conection" is not known here | did you mean "connections"?'],
    ],
    [
      'an unknown key that resembles nothing',
      '  name: Northwind',
      '  name: Northwind\n  colour: red',
      ['5:3 company.colour | "colour" is not known here | known here: name, timeZone, holidays, dueHour'],
    ],
    [
      "an unknown key in a provider's settings",
      '      org: org-1',
      '      org: org-1\n      regoin: eu',
      ['12:7 connections.crm-main.settings.regoin | "regoin" is not known here | did you mean "region"?'],
    ],
    [
      'a misspelt provider',
      '    provider: somecrm',
      '    provider: somcrm',
      ['8:15 connections.crm-main.provider | "somcrm" is not possible here | did you mean "somecrm"?'],
    ],
    [
      'a CRM connection that does not say from when on it may act',
      '    effectsFrom: 2026-11-01T00:00:00Z',
      '',
      [
        '7:3 connections.crm-main.effectsFrom | "effectsFrom" is missing | add "effectsFrom": text (in quotes if it looks like a number)',
      ],
    ],
    [
      'a date without a zone',
      '    effectsFrom: 2026-11-01T00:00:00Z',
      '    effectsFrom: 2026-11-01',
      [
        '9:18 connections.crm-main.effectsFrom | this is not a date with time and zone | write e.g. 2026-11-01T00:00:00Z or 2026-11-01T00:00:00+01:00',
      ],
    ],
    [
      'a day that the calendar does not have',
      '  timeZone: Europe/Berlin',
      '  timeZone: Europe/Berlin\n  holidays: [2026-12-25, 2026-02-30]',
      ['6:26 company.holidays[1] | this is not a date of the calendar | write e.g. 2026-12-25'],
    ],
    [
      'a time zone that does not exist',
      '  timeZone: Europe/Berlin',
      '  timeZone: Europe/Berln',
      [
        '5:13 company.timeZone | this time zone does not exist | write a name such as Europe/Berlin or America/New_York',
      ],
    ],
    [
      'an offset in place of a time zone',
      '  timeZone: Europe/Berlin',
      '  timeZone: "+01:00"',
      [
        '5:13 company.timeZone | this time zone does not exist | write a name such as Europe/Berlin or America/New_York',
      ],
    ],
    [
      'a value that is missing',
      '  name: Northwind',
      '  name:',
      [
        '4:8 company.name | "name" has no value | write text (in quotes if it looks like a number) behind it, or remove the line if it is optional',
      ],
    ],
    [
      'a public address with a path',
      'publicUrl: https://hooks.example.com',
      'publicUrl: https://hooks.example.com/hub',
      [
        '2:12 publicUrl | this is not usable as the public address | write https and the host that providers call, without a path, e.g. https://hooks.example.com (http only for 127.0.0.1)',
      ],
    ],
    [
      'rehearsing without an address',
      '    provider: somecrm',
      '    provider: somecrm\n    mode: rehearse',
      [
        '9:11 connections.crm-main.mode | mode rehearse has nobody to send to | add "rehearseTo" with the address that gets everything',
      ],
    ],
    [
      'a pipeline of an unknown connection',
      '  - connection: crm-main',
      '  - connection: crm-mian',
      ['17:17 pipelines[0].connection | there is no connection "crm-mian" | did you mean "crm-main"?'],
    ],
    [
      'a pipeline of an e-sign connection',
      '  - connection: crm-main',
      '  - connection: sign-main',
      ['17:17 pipelines[0].connection | the connection "sign-main" is not a CRM connection | write one of: crm-main'],
    ],
    [
      'a stage that does not exist',
      '      1002: procurement',
      '      1002: procurment',
      ['21:13 pipelines[0].stages["1002"] | "procurment" is not possible here | did you mean "procurement"?'],
    ],
    [
      'a stage id that is mapped twice',
      '      1002: procurement',
      '      1002: procurement\n      "1002": lost',
      ['22:7 pipelines[0].stages["1002"] | "1002" is given twice | keep one of the two'],
    ],
    [
      'a pipeline that is mapped twice',
      'contracts:',
      '  - { connection: crm-main, id: "75012345", stages: { 1: lost } }\ncontracts:',
      [
        '23:33 pipelines[1].id | pipeline 75012345 of "crm-main" is mapped twice | put all stages of a pipeline into one block',
      ],
    ],
    [
      'two connections to one account',
      'pipelines:',
      '  sign-too: { provider: somesign, settings: { account: acc-1 } }\npipelines:',
      [
        '16:35 connections.sign-too.settings | "sign-main" and "sign-too" are the same account (somesign acc-1) | keep one connection per account',
      ],
    ],
    [
      'an id beyond the whole numbers that a computer keeps exactly',
      '    id: 75012345',
      '    id: 9007199254740992',
      [
        '18:9 pipelines[0].id | 9007199254740992 would be read as the number 9007199254740992 | write "9007199254740992" in quotes if it is an id, or the plain number',
        '18:9 pipelines[0].id | "9007199254740992" is too large or too long | the most is 9007199254740991',
      ],
    ],
    [
      'an id with leading zeros',
      '    id: 75012345',
      '    id: 075012345',
      [
        '18:9 pipelines[0].id | 075012345 would be read as the number 75012345 | write "075012345" in quotes if it is an id, or the plain number',
      ],
    ],
    [
      'a connection whose name cannot become part of an address',
      '  crm-main:',
      '  CRM.main:',
      [
        '7:3 connections["CRM.main"] | this is not usable as the name of a connection | use 2 to 40 lower-case letters, digits and hyphens, e.g. "crm-main"',
        '17:17 pipelines[0].connection | there is no connection "crm-main" | did you mean "CRM.main"?',
      ],
    ],
    [
      'another version of the format',
      'version: 1',
      'version: 2',
      ['1:10 version | "2" is not possible here | write 1'],
    ],
    [
      'a key that would reach into the program',
      'publicUrl: https://hooks.example.com',
      'publicUrl: https://hooks.example.com\n__proto__: { polluted: true }',
      ['3:1 __proto__ | "__proto__" is not allowed as a key | remove it'],
    ],
  ])('refuses %s', async (_, line, by, expected) => {
    expect(await problemsOf(changed(line, by))).toEqual(expected);
  });
});
