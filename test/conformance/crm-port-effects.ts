import { describe, expect, it } from 'vitest';
import type { NewTask } from '../../src/crm/crm-port.ts';
import { northwind, type Running } from './crm-world.ts';

/** What an adapter changes in a CRM: once, and honest about what became of it. */
export function describeEffects(at: Running): void {
  /** Like every key of the hub, of one deal: a CRM that keeps keys unique does so over all deals. */
  const keyOf = (name: string): string => `${at.recordId}/onboarding/${name}`;
  const taskNamed = (name: string): NewTask => ({
    effectKey: keyOf(name),
    title: `Do: ${name}`,
    body: 'Invite everybody.\nThen <start> & go.',
    priority: 'high',
    ownerId: at.world.owner.id,
    dueAtMs: Date.parse('2027-01-15T08:00:00Z'),
    dueDate: '2027-01-15',
  });

  describe('writing', () => {
    it('moves the deal', async () => {
      await at.crm.writeStage(at.recordId, { stageId: at.world.stages[2].id, pipelineId: at.world.pipelineId });
      expect(await at.world.stageOf(at.recordId)).toBe(at.world.stages[2].id);
    });

    it('refuses a stage that does not exist, for good', async () => {
      await expect(at.crm.writeStage(at.recordId, { stageId: 'no-such-stage' })).rejects.toMatchObject({
        code: 'crm.refused',
        retry: 'never',
        done: 'no',
      });
      expect(await at.world.stageOf(at.recordId)).toBe(at.world.stages[0].id);
    });

    it("writes the hub's fields, defining them first where that is needed", async () => {
      await at.crm.writeFields(at.recordId, { stagepost_contract_status: 'sent', stagepost_contract_envelope: 'e-1' });
      await at.crm.writeFields(at.recordId, { stagepost_contract_status: 'signed' });
      expect(await at.world.field(at.recordId, 'stagepost_contract_status')).toBe('signed');
      expect(await at.world.field(at.recordId, 'stagepost_contract_envelope')).toBe('e-1');
      const result = await at.crm.readDeal(at.recordId, ['stagepost_contract_status']);
      expect(result.found && result.deal.properties.stagepost_contract_status).toBe('signed');
    });

    it("clears the hub's fields with an empty text", async () => {
      await at.crm.writeFields(at.recordId, { stagepost_contract_status: 'sent', stagepost_contract_envelope: 'e-1' });
      await at.crm.writeFields(at.recordId, { stagepost_contract_envelope: '' });
      const result = await at.crm.readDeal(at.recordId, ['stagepost_contract_status', 'stagepost_contract_envelope']);
      expect(result.found && result.deal.properties.stagepost_contract_status).toBe('sent');
      expect(result.found && result.deal.properties).not.toHaveProperty('stagepost_contract_envelope');
    });
  });

  describe('tasks', () => {
    it('are found again by their key at once, and only on their deal', async () => {
      const { id } = await at.crm.createTask(at.recordId, taskNamed('kickoff'));
      await at.crm.createTask(at.recordId, taskNamed('access'));
      const found = await at.crm.findTasks(at.recordId, [keyOf('kickoff'), keyOf('nothing')]);
      expect(found).toEqual([
        {
          id,
          effectKey: keyOf('kickoff'),
          createdAtMs: expect.any(Number),
          touched: false,
          ownerId: at.world.owner.id,
          dueAtMs: Date.parse(at.world.dueTimes === 'kept' ? '2027-01-15T08:00:00Z' : '2027-01-15T00:00:00Z'),
          title: 'Do: kickoff',
        },
      ]);
      expect(await at.world.taskTitles(at.recordId)).toHaveLength(2);
      const otherId = await at.world.createDeal(northwind(at.world));
      expect(await at.crm.findTasks(otherId, [keyOf('kickoff')])).toEqual([]);
    });

    it('are touched when a person completed them', async () => {
      const { id } = await at.crm.createTask(at.recordId, taskNamed('kickoff'));
      await at.world.completeTask(id);
      expect(await at.crm.findTasks(at.recordId, [keyOf('kickoff')])).toMatchObject([{ id, touched: true }]);
    });

    it('are gone when they were deleted, and deleting twice does no harm', async () => {
      const { id } = await at.crm.createTask(at.recordId, taskNamed('kickoff'));
      await at.crm.deleteTask(id);
      await at.crm.deleteTask(id);
      expect(await at.crm.findTasks(at.recordId, [keyOf('kickoff')])).toEqual([]);
    });

    it('may exist twice where the CRM has no unique key; both are found, the elder first', async () => {
      const first = await at.crm.createTask(at.recordId, taskNamed('kickoff'));
      if (at.crm.capabilities.uniqueTaskKey) {
        await expect(at.crm.createTask(at.recordId, taskNamed('kickoff'))).rejects.toMatchObject({
          code: 'crm.conflict',
        });
        return;
      }
      await at.world.advance(1_000);
      const second = await at.crm.createTask(at.recordId, taskNamed('kickoff'));
      const found = await at.crm.findTasks(at.recordId, [keyOf('kickoff')]);
      expect(found.map(({ id }) => id)).toEqual([first.id, second.id]);
    });
  });

  describe('files', () => {
    const signed = {
      effectKey: 'd/1/signed',
      fileName: 'contract-1-signed.pdf',
      contentType: 'application/pdf',
      bytes: new TextEncoder().encode('%PDF-1.7 signed'),
      note: 'Contract 1, signed',
    };
    const file = {
      name: 'contract-1-signed.pdf',
      // printf '%%PDF-1.7 signed' | sha256sum
      sha256: '281a9b6b403e3fecbd92e4b0504bde1ddac566e0478eb038d63a85aed1a8b418',
    };
    const named = ({ name: fileName, sha256 }: { name: string; sha256: string }) => ({
      name: fileName.endsWith('.pdf') ? fileName : `${fileName}.pdf`,
      sha256,
    });

    it('are attached once per key', async () => {
      const first = await at.crm.attachFile(at.recordId, signed);
      const again = await at.crm.attachFile(at.recordId, signed);
      expect(first.existed).toBe(false);
      expect(again).toEqual({ id: first.id, existed: true });
      expect((await at.world.files(at.recordId)).map(named)).toEqual([file]);
    });

    it('may be the same on two deals', async () => {
      const otherId = await at.world.createDeal(northwind(at.world));
      await at.crm.attachFile(at.recordId, signed);
      expect((await at.crm.attachFile(otherId, signed)).existed).toBe(false);
      expect((await at.world.files(otherId)).map(named)).toEqual([file]);
    });

    it('are not attached twice when the answer to the first time is lost', async () => {
      await at.world.loseAnswer('attach-note');
      await expect(at.crm.attachFile(at.recordId, signed)).rejects.toMatchObject({ done: 'unknown' });
      expect((await at.crm.attachFile(at.recordId, signed)).existed).toBe(true);
      expect(await at.world.files(at.recordId)).toHaveLength(1);
    });
  });

  describe('on a bad day', () => {
    it('says that a write may have been done when its answer is lost, and does not repeat it', async () => {
      await at.world.loseAnswer('create-task');
      await expect(at.crm.createTask(at.recordId, taskNamed('kickoff'))).rejects.toMatchObject({
        code: 'crm.unavailable',
        done: 'unknown',
      });
      expect(await at.crm.findTasks(at.recordId, [keyOf('kickoff')])).toHaveLength(1);
      await at.world.loseAnswer('write-stage');
      await expect(at.crm.writeStage(at.recordId, { stageId: at.world.stages[1].id })).rejects.toMatchObject({
        done: 'unknown',
      });
      expect(await at.world.stageOf(at.recordId)).toBe(at.world.stages[1].id);
    });

    it('says how long to wait when there were too many calls, and has done nothing', async () => {
      await at.world.limitRate();
      const error = await at.crm
        .writeStage(at.recordId, { stageId: at.world.stages[1].id })
        .catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'crm.rate-limited', done: 'no' });
      expect(error).toHaveProperty('retry.afterMs');
      expect(await at.world.stageOf(at.recordId)).toBe(at.world.stages[0].id);
    });

    it('says which grant to mend when it stopped working, and goes on when it is mended', async () => {
      await at.world.breakGrant();
      try {
        await expect(at.crm.check()).rejects.toMatchObject({
          code: 'crm.unauthorized',
          retry: 'never',
          message: expect.stringContaining(at.crm.connectionId),
        });
      } finally {
        await at.world.mendGrant();
      }
      expect(await at.crm.check()).toEqual({ accountId: at.world.accountId });
    });
  });
}
