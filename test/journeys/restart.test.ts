import { describe, it } from 'vitest';
import { until } from '../../src/local/play/until.ts';
import { inPlace, remoteSandbox } from './hub-process.ts';
import { allWritten, expectEverythingOnce, kill, signAndHandOver, start } from './killed-hub.ts';

describe.concurrent('a hub that is killed in the middle', () => {
  it('goes on where it was: after the contract was sent', { timeout: 90_000 }, () =>
    inPlace(async (place) => {
      const first = await start(place);
      const sandbox = remoteSandbox(place.addresses);
      // The play signs at once; the hub hears nothing of it, so that it stands still where the contract was just sent.
      await sandbox.addEsignFault({ kind: 'webhook-drop', match: '' });
      await first.says('Contract 1 drafted in DocuSign, then sent');
      await allWritten(place.addresses);
      await kill(first);
      await start(place);
      await signAndHandOver(sandbox);
      await expectEverythingOnce(sandbox);
    }),
  );

  it('goes on where it was: while DocuSign was making the draft', { timeout: 90_000 }, () =>
    inPlace(async (place) => {
      const first = await start(place);
      const sandbox = remoteSandbox(place.addresses);
      // The draft is made, but the answer never comes; the hub dies while it waits.
      await sandbox.addEsignFault({ kind: 'accept-then-time-out', match: 'POST /envelopes', delayMs: 60_000 });
      await until('there is a draft', async () => {
        const [draft] = await sandbox.envelopes();
        return draft?.status === 'created' ? true : undefined;
      });
      await kill(first);
      await start(place);
      await signAndHandOver(sandbox);
      await expectEverythingOnce(sandbox);
    }),
  );
});
