import { it } from 'vitest';
import { until } from '../../src/local/play/until.ts';
import { inPlace, remoteSandbox } from './hub-process.ts';
import { expectEverythingOnce, kill, signAndHandOver, start } from './killed-hub.ts';

/** Longest call and settle time of DocuSign, after which a look-up by attempt can be trusted, and a little more. */
const SENT_WITHIN_MS = 90_000;

it(
  'a hub that died while DocuSign was making the draft finds it, although its webhook is lost too',
  {
    timeout: 180_000,
  },
  () =>
    inPlace(async (place) => {
      const first = await start(place);
      const sandbox = remoteSandbox(place.addresses);
      await sandbox.addEsignFault({ kind: 'webhook-drop', match: 'envelope-created' });
      await sandbox.addEsignFault({ kind: 'accept-then-time-out', match: 'POST /envelopes', delayMs: 60_000 });
      await until('there is a draft', async () => {
        const [draft] = await sandbox.envelopes();
        return draft?.status === 'created' ? true : undefined;
      });
      await kill(first);
      await start(place);
      await signAndHandOver(sandbox, SENT_WITHIN_MS);
      await expectEverythingOnce(sandbox);
    }),
);
