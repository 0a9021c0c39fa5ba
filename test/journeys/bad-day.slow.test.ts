import { describe, expect, it } from 'vitest';
import { playJourney } from '../../src/local/play/journey.ts';
import { readBack } from '../../src/local/play/read-back.ts';
import { addProviderFaults, BAD_CLOUD, RIGHT_END } from './bad-weather.ts';
import { startStand } from './hub-stand.ts';

describe('the first deal on the worst day', () => {
  for (const seed of [11, 12, 13]) {
    it(`ends the same when AWS and both providers have it at once (seed ${seed})`, { timeout: 180_000 }, async () => {
      const switches = { ...BAD_CLOUD, throttledCalls: 0.05, lostAnswers: 0.1 };
      const stand = await startStand({ seed, switches });
      try {
        addProviderFaults(stand);
        const played = await playJourney(stand.hub, () => {});
        await stand.whenQuiet();
        expect(readBack(stand.hub, played)).toEqual(RIGHT_END);
      } finally {
        await stand.stop();
      }
    });
  }
});
