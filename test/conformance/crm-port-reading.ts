import { describe, expect, it } from 'vitest';
import type { CrmSignal } from '../../src/domain/signals.ts';
import { northwind, type Running } from './crm-world.ts';

/** What an adapter tells of a CRM, on request and through webhooks. */
export function describeReading(at: Running): void {
  describe('reading', () => {
    it('proves address, grant and account', async () => {
      expect(await at.crm.check()).toEqual({ accountId: at.world.accountId });
    });

    it('brings the deal with everything that hangs on it', async () => {
      const result = await at.crm.readDeal(at.recordId, []);
      expect(result).toMatchObject({
        found: true,
        deal: {
          recordId: at.recordId,
          name: 'Northwind rollout',
          currency: 'EUR',
          pipelineId: at.world.pipelineId,
          stageId: at.world.stages[0].id,
          owner: { ...at.world.owner, active: true },
          company: { name: 'Northwind Traders' },
          lineItems: [{ name: 'Platform seat', quantity: '40' }],
          mergedRecordIds: [],
        },
      });
      expect(result.found && Number(result.deal.amount)).toBe(120000.5);
      const contacts = result.found ? result.deal.contacts : [];
      expect(contacts.map(({ name: who, email, labels }) => [who, email, [...labels].sort()]).sort()).toEqual([
        ['Jon Bakke', 'jon@northwind.example', [...at.world.contactLabels].sort()],
        ['Lia Vos', 'lia@northwind.example', []],
        ['Mira Holm', 'mira@northwind.example', [at.world.contactLabels[0]]],
      ]);
    });

    it('sees at once what a person has just changed', async () => {
      await at.world.moveDeal(at.recordId, at.world.stages[1].id);
      expect(await at.crm.readDeal(at.recordId, [])).toMatchObject({ deal: { stageId: at.world.stages[1].id } });
    });

    it('tells deleted and unknown records apart', async () => {
      const deletedId = await at.world.createDeal({ ...northwind(at.world), name: 'Northwind by mistake' });
      await at.world.deleteDeal(deletedId);
      await at.world.advance(60_000);
      expect(await at.crm.readDeal(deletedId, [])).toEqual({ found: false, why: 'deleted' });
      expect(await at.crm.readDeal(at.world.nobody.recordId, [])).toEqual({ found: false, why: 'unknown' });
      expect(await at.crm.readDeal('no id at all', [])).toEqual({ found: false, why: 'unknown' });
    });

    it('knows which record a merged one has become, where records can be merged', async () => {
      const { mergeDeals } = at.world;
      if (typeof mergeDeals !== 'function') return expectNoMerges(at, mergeDeals.impossible);
      const otherId = await at.world.createDeal({ ...northwind(at.world), name: 'Northwind again' });
      const winnerId = await mergeDeals(at.recordId, otherId);
      await at.world.advance(60_000);
      expect(await at.crm.readDeal(otherId, [])).toEqual({ found: false, why: 'merged', intoRecordId: winnerId });
      const winner = await at.crm.readDeal(winnerId, []);
      expect(winner.found && winner.deal.mergedRecordIds).toContain(otherId);
    });

    it('gives pipelines and stages with the labels of now', async () => {
      const pipelines = await at.crm.readPipelines();
      const pipeline = pipelines.find(({ id }) => id === at.world.pipelineId);
      const shown = pipeline?.stages.map(({ id, label }) => ({ id, label })) ?? [];
      for (const stage of at.world.stages) expect(shown).toContainEqual({ id: stage.id, label: stage.label });
    });

    it('finds owners by address and id, and knows who has left', async () => {
      const { id, email } = at.world.owner;
      expect(await at.crm.findOwnerByEmail(email.toUpperCase())).toEqual({ ...at.world.owner, active: true });
      expect(await at.crm.findOwnerById(id)).toEqual({ ...at.world.owner, active: true });
      expect(await at.crm.findOwnerByEmail('nobody@example.com')).toBeUndefined();
      expect(await at.crm.findOwnerById(at.world.nobody.ownerId)).toBeUndefined();
      expect(await at.crm.findOwnerById('no id at all')).toBeUndefined();
      await at.world.setOwnerActive(id, false);
      try {
        expect(await at.crm.findOwnerById(id)).toEqual({ ...at.world.owner, active: false });
        expect((await at.crm.findOwnerByEmail(email))?.active ?? false).toBe(false);
      } finally {
        await at.world.setOwnerActive(id, true);
      }
    });

    it('lists the deals that changed in a window, each at least once', async () => {
      const fromMs = at.world.nowMs();
      await at.world.advance(5_000);
      const ids = [];
      for (let count = 0; count < 3; count += 1) ids.push(await at.world.createDeal(northwind(at.world)));
      const [deletedId = ''] = ids;
      await at.world.deleteDeal(deletedId);
      await at.world.advance(60_000);
      const found: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await at.crm.listChangedDeals({
          fromMs,
          untilMs: at.world.nowMs(),
          ...(cursor === undefined ? {} : { cursor }),
        });
        found.push(...page.recordIds);
        cursor = page.cursor;
      } while (cursor !== undefined);
      for (const id of ids) expect(found).toContain(id);
      expect(found).not.toContain(at.recordId);
    });
  });

  describe('the stage history', () => {
    it('is oldest first, and its ids are those of the webhooks', async () => {
      await at.world.moveDeal(at.recordId, at.world.stages[1].id);
      await at.world.moveDeal(at.recordId, at.world.stages[2].id);
      await at.world.moveDeal(at.recordId, at.world.stages[1].id);
      const history = await at.crm.readStageHistory(at.recordId);
      expect(history.map(({ stageId }) => stageId)).toEqual([
        at.world.stages[0].id,
        at.world.stages[1].id,
        at.world.stages[2].id,
        at.world.stages[1].id,
      ]);
      const told = (await at.world.signals())
        .filter((signal) => signal.kind === 'transition' && signal.recordId === at.recordId)
        .map(({ id }) => id);
      expect(told.length).toBeGreaterThanOrEqual(3);
      for (const id of told) expect(history.map((transition) => transition.id)).toContain(id);
    });

    it('is an error for a record that does not exist', async () => {
      await expect(at.crm.readStageHistory(at.world.nobody.recordId)).rejects.toMatchObject({
        name: 'HubError',
        code: 'crm.not-found',
        retry: 'never',
      });
    });
  });

  describe('the webhooks', () => {
    it('tell of records that came and went, in words that the hub understands', async () => {
      const deletedId = await at.world.createDeal({ ...northwind(at.world), name: 'Northwind by mistake' });
      await at.world.deleteDeal(deletedId);
      const told = lifecyclesOf(await at.world.signals());
      expect(told).toContainEqual([at.recordId, 'created', undefined]);
      expect(told).toContainEqual([deletedId, 'deleted', undefined]);
    });

    it('tell of records that were merged, where records can be', async () => {
      const { mergeDeals } = at.world;
      if (typeof mergeDeals !== 'function') return expectNoMerges(at, mergeDeals.impossible);
      const otherId = await at.world.createDeal({ ...northwind(at.world), name: 'Northwind again' });
      const winnerId = await mergeDeals(at.recordId, otherId);
      expect(lifecyclesOf(await at.world.signals())).toContainEqual([otherId, 'merged', winnerId]);
    });
  });
}

function lifecyclesOf(signals: readonly CrmSignal[]): unknown[] {
  return signals.flatMap((signal) =>
    signal.kind === 'lifecycle' ? [[signal.recordId, signal.what, signal.intoRecordId]] : [],
  );
}

/** A CRM that cannot merge deals must not tell of merged ones either. */
async function expectNoMerges(at: Running, why: string): Promise<void> {
  expect(why).toMatch(/\w+ cannot be merged/);
  expect(await at.crm.readDeal(at.recordId, [])).toMatchObject({ found: true, deal: { mergedRecordIds: [] } });
  expect(lifecyclesOf(await at.world.signals())).not.toContainEqual([expect.any(String), 'merged', expect.anything()]);
}
