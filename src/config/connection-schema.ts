import * as z from 'zod';
import { say } from './config-problem.ts';
import type { ProviderSettings } from './provider-settings.ts';
import { crmId, email, instant, wholeNumber } from './words.ts';

/** Part of every deal id and of the webhook address: lower case, no dots. */
export const connectionId = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{1,39}$/,
    say(
      'this is not usable as the name of a connection',
      'use 2 to 40 lower-case letters, digits and hyphens, e.g. "crm-main"',
    ),
  );

const common = {
  mode: z
    .enum(['observe', 'rehearse', 'live'])
    .default('observe')
    .describe(
      'observe: decides and explains, does nothing outside. rehearse: every recipient is replaced by rehearseTo. live: acts.',
    ),
  rehearseTo: email.exactOptional().describe('The address that gets everything in mode rehearse.'),
  secret: z
    .string()
    .regex(
      /^[A-Za-z0-9/_+=.@-]{1,200}$/,
      say('this is not usable as the name of a secret', 'use letters, digits and / _ + = . @ -'),
    )
    .exactOptional()
    .describe(
      'Name of the secret that holds the keys; stagepost/<connection> when left out. Never the keys themselves.',
    ),
};

const effectsFrom = instant.describe(
  'Only stages entered at or after this time have effects. Fix it before the connection is used for the first time.',
);

/** Beyond a day the grace period would hold back contracts that nobody is waiting to link. */
const MAX_GRACE_MINUTES = 1440;

const syncedWith = z
  .strictObject({
    connection: z.string().describe('The CRM connection that this one is synced with.'),
    leads: z
      .string()
      .exactOptional()
      .describe('Whose stage, entries and tasks count; the connection named above when left out.'),
    graceMinutes: wholeNumber(1, MAX_GRACE_MINUTES, 'minutes')
      .default(15)
      .describe('How long the effects of a deal wait for the link to its other record.'),
    pipelines: z
      .array(crmId)
      .min(1)
      .exactOptional()
      .describe('Only deals of these pipelines of this connection are synced; all of them when left out.'),
  })
  .describe('This CRM is synced with another one, so that one deal has a record in both.');

/** Only CRMs are synced; for others it is an unknown key. */
const sync = { syncedWith: syncedWith.exactOptional() };

/** One schema per provider, told apart by `provider`. */
export function connectionSchema(providers: readonly ProviderSettings[]) {
  const [first, ...others] = providers.map((each) =>
    z
      .strictObject({
        provider: z.literal(each.provider),
        ...common,
        ...(each.role === 'crm' ? sync : ({} as typeof sync)),
        effectsFrom: each.role === 'crm' ? effectsFrom : effectsFrom.exactOptional(),
        settings: each.settings as z.ZodType<Record<string, unknown>>,
      })
      .refine((value) => value.mode !== 'rehearse' || value.rehearseTo !== undefined, {
        message: say('mode rehearse has nobody to send to', 'add "rehearseTo" with the address that gets everything'),
        path: ['mode'],
        // Told even while other lines of the block are wrong.
        when: ({ value }) => typeof value === 'object' && value !== null,
      }),
  );
  if (first === undefined) throw new Error('no provider is registered in src/config/provider-settings.ts');
  return z.discriminatedUnion('provider', [first, ...others]);
}
