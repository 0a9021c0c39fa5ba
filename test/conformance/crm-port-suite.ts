import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import { describeEffects } from './crm-port-effects.ts';
import { describeReading } from './crm-port-reading.ts';
import { type CrmUnderTest, northwind, type Running } from './crm-world.ts';

/** What every CRM adapter keeps to, whoever the provider is. */
export function describeCrmPort(name: string, setup: () => Promise<CrmUnderTest>): void {
  describe(`the CRM port over ${name}`, () => {
    const at = { recordId: '' } as Running;
    let stop = async () => {};

    beforeAll(async () => {
      const started = await setup();
      stop = started.stop;
      Object.assign(at, { crm: started.port, world: started.world });
    });
    afterAll(() => stop());
    beforeEach(async () => {
      at.recordId = await at.world.createDeal(northwind(at.world));
    });

    describeReading(at);
    describeEffects(at);
  });
}
