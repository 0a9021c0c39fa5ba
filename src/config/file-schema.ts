import * as z from 'zod';
import { CYCLE_STAGES } from '../domain/stages.ts';
import { say } from './config-problem.ts';
import { connectionId, connectionSchema } from './connection-schema.ts';
import { contractSchema } from './contract-schema.ts';
import { playSchema } from './play-schema.ts';
import type { ProviderSettings } from './provider-settings.ts';
import { calendarDate, crmId, text, wholeNumber } from './words.ts';

/** What a CRM stage may be mapped to. `unknown` is what an unmapped one is; nobody asks for it. */
export const MAPPABLE_STAGES = [...CYCLE_STAGES, 'lost'] as const;

const publicUrl = z
  .string()
  .refine(
    isPublicUrl,
    say(
      'this is not usable as the public address',
      'write https and the host that providers call, without a path, e.g. https://hooks.example.com (http only for 127.0.0.1)',
    ),
  )
  .transform((url) => url.replace(/\/$/, ''))
  .describe('Where providers reach this hub; webhook signatures are checked against it.');

const company = z.strictObject({
  name: text(100),
  timeZone: z
    .string()
    .refine(isTimeZone, say('this time zone does not exist', 'write a name such as Europe/Berlin or America/New_York'))
    .describe('Name in the IANA time zone database.'),
  holidays: z.array(calendarDate).default([]).describe('Days without work, YYYY-MM-DD.'),
  dueHour: wholeNumber(0, 23, 'hour of the day').default(17).describe('Hour of the day at which tasks fall due.'),
});

const pipeline = z.strictObject({
  connection: z.string().describe('The CRM connection that this pipeline belongs to.'),
  id: crmId,
  stages: z.record(z.string().min(1).max(120), z.enum(MAPPABLE_STAGES)).describe('Stage id in the CRM: stage.'),
});

/** The whole file. */
export function fileSchema(providers: readonly ProviderSettings[]) {
  return z.strictObject({
    version: z.literal(1).describe('Version of this format.'),
    publicUrl,
    company,
    connections: z
      .record(connectionId, connectionSchema(providers))
      .describe('Accounts at providers, each under a name of your choice.'),
    pipelines: z.array(pipeline).min(1, say('no pipeline is mapped', 'add at least one')),
    contracts: z.array(contractSchema).default([]),
    plays: z.array(playSchema).default([]),
    limits: z
      .strictObject({
        maxEntryAgeDays: wholeNumber(1, 3650, 'days').default(30).describe('Stages entered longer ago ask a person.'),
      })
      .prefault({}),
  });
}

export type ConfigFile = z.infer<ReturnType<typeof fileSchema>>;
export type ConnectionBlock = ConfigFile['connections'][string];
export type ContractBlock = ConfigFile['contracts'][number];
export type PlayBlock = ConfigFile['plays'][number];

function isPublicUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '' || url.pathname !== '/') {
    return false;
  }
  const isLoopback = ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback);
}

function isTimeZone(value: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: value });
    // Offsets such as +01:00 are accepted by Intl but know no summer time.
    return !/^[+-]/.test(value);
  } catch {
    return false;
  }
}
