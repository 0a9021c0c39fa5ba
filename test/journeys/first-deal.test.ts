import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { playJourney } from '../../src/local/play/journey.ts';
import { readBack } from '../../src/local/play/read-back.ts';
import { type Stand, startStand } from './hub-stand.ts';

describe('the first deal on a calm day', () => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await startStand();
  });
  afterAll(() => stand.stop());

  it('goes from the first call to expansion with one envelope, one invitation each, every task and file once', async () => {
    const played = await playJourney(stand.hub, () => {});
    expect(readBack(stand.hub, played)).toEqual({
      envelopesSent: 1,
      signed: 3,
      tasksCreated: 10,
      attachments: 2,
      stage: 'Expansion',
      problems: [],
    });
  });
});
