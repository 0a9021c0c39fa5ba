import type { ArchivedFile, Contract, Reason } from './contract.ts';
import { isActive } from './contract-machine.ts';
import { contractNotices, mergedNotices } from './contract-notices.ts';
import { contractInWords } from './contract-words.ts';
import type { Deal } from './deal.ts';
import { currentEntry } from './entries.ts';
import { leadingLane } from './lanes.ts';
import { presenceOf } from './lifecycle.ts';
import { effectiveMode, isOverRehearsal } from './mode.ts';
import type { NoticeObligation } from './notice.ts';
import { fieldsOf } from './owned-fields.ts';
import type { Plan, Task } from './plan.ts';
import type { ContractPolicy, HubConfig } from './policies.ts';

/** What the CRM has to be told, with the sentence that says why. Keys are those of the WRITE items. */
export type WriteObligation =
  | {
      readonly do: 'fields';
      readonly key: 'fields';
      readonly fields: Readonly<Record<string, string>>;
      readonly reason: Reason;
    }
  | {
      readonly do: 'stage';
      readonly key: `stage/contract-${number}`;
      readonly n: number;
      readonly to: { readonly stageId: string; readonly pipelineId?: string };
      /** Where the deal was when the contract was sent; from anywhere else its stage is left alone. */
      readonly from: { readonly stageId: string; readonly pipelineId?: string };
      readonly reason: Reason;
    }
  | {
      readonly do: 'file';
      readonly key: `file/contract-${number}/${ArchivedFile['kind']}`;
      readonly n: number;
      readonly fileKind: ArchivedFile['kind'];
      readonly reason: Reason;
    }
  | NoticeObligation
  | { readonly do: 'nothing'; readonly subject: string; readonly reason: Reason };

export interface WriteQuestion {
  readonly deal: Deal;
  readonly contracts: readonly Contract[];
  readonly plans: readonly Plan[];
  readonly tasks: readonly Task[];
  readonly config: HubConfig;
  readonly nowMs: number;
}

/**
 * What the CRM must say about the deal: our fields, the signed files, the stage after signing, and a task for whoever
 * has to know that something waits or went wrong.
 */
export function writeObligations(question: WriteQuestion): readonly WriteObligation[] {
  const { deal } = question;
  const { config } = question;
  const all = [...question.contracts].sort((a, b) => a.n - b.n);
  const contracts = all.filter((each) => !isOverRehearsal(each, deal, config));
  if (deal.mergedInto !== undefined) {
    const merged = nothing('write', 'deal.merged', `nothing is written: the deal was merged into ${deal.mergedInto}`);
    return [merged, ...mergedNotices(contracts, deal, config)];
  }
  if (presenceOf(deal) !== 'there') {
    return [nothing('write', 'crm.deal-gone', 'nothing is written: the record is gone from the CRM')];
  }
  const fields = fieldsOf({ ...question, contracts: all });
  const written: readonly WriteObligation[] =
    Object.keys(fields).length === 0
      ? []
      : [
          {
            do: 'fields',
            key: 'fields',
            fields,
            reason: { code: 'write.fields', sentence: `CRM fields: ${listed(fields)}` },
          },
        ];
  const owed = [
    ...written,
    ...contracts.flatMap((contract) => contractNotices(contract, deal, config)),
    ...contracts.flatMap((contract) => files(contract, question)),
    ...stage(contracts, question),
  ];
  return owed.length > 0
    ? owed
    : [nothing('write', 'write.none', 'nothing to write: the deal has neither contract nor tasks')];
}

function listed(fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name} = ${value}`)
    .join(', ');
}

function policyOf(contract: Contract, config: HubConfig): ContractPolicy | undefined {
  return config.contracts.find((each) => each.name === contract.policy);
}

/** A rehearsal leaves what people work with alone: the deal's stage and its files. */
function isRehearsed(contract: Contract, { deal, config }: WriteQuestion): boolean {
  return contract.mode === 'rehearse' || effectiveMode(config, deal) === 'rehearse';
}

function files(contract: Contract, question: WriteQuestion): readonly WriteObligation[] {
  const { config } = question;
  if (contract.state !== 'completed') return [];
  const policy = policyOf(contract, config);
  if (policy === undefined) {
    const sentence = `policy "${contract.policy}" of signed contract ${contract.n} is not in the configuration any more: neither files nor stage are written`;
    return [nothing(`write/contract-${contract.n}`, 'policy.gone', sentence)];
  }
  if (!policy.attachSigned) return [];
  const { n } = contract;
  const signed = contractInWords(contract, config.calendar.timeZone);
  if (isRehearsed(contract, question)) {
    const sentence = `would attach the signed document and the certificate of completion to the CRM record (${signed}); nothing is attached in a rehearsal`;
    return [nothing(`write/file/contract-${n}`, 'mode.rehearse', sentence)];
  }
  return [
    {
      do: 'file',
      key: `file/contract-${n}/signed-document`,
      n,
      fileKind: 'signed-document',
      reason: { code: 'write.file', sentence: `the signed document belongs on the CRM record: ${signed}` },
    },
    {
      do: 'file',
      key: `file/contract-${n}/certificate`,
      n,
      fileKind: 'certificate',
      reason: { code: 'write.file', sentence: `the certificate of completion belongs on the CRM record: ${signed}` },
    },
  ];
}

/** The last signed contract advances the stage, unless a later one is under way again. */
function stage(contracts: readonly Contract[], question: WriteQuestion): readonly WriteObligation[] {
  const { deal, config } = question;
  const contract = contracts.findLast((each) => each.state === 'completed' || isActive(each));
  if (contract?.state !== 'completed') return [];
  const to = policyOf(contract, config)?.advanceTo;
  if (to === undefined) return [];
  const subject = `write/stage/contract-${contract.n}`;
  const from = contract.stageWhenSent;
  const signed = contractInWords(contract, config.calendar.timeZone);
  if (from === undefined) {
    return [
      nothing(subject, 'stage.unknown-start', `${signed}, but was not sent by the hub: the CRM's stage is left alone`),
    ];
  }
  const current = currentEntry(deal);
  if (current === undefined || current.stage === 'unknown' || leadingLane(deal)?.dispute !== undefined) {
    return [
      nothing(
        subject,
        'stage.uncertain',
        `${signed}; the CRM's stage is left alone until it is certain where the deal is`,
      ),
    ];
  }
  if (
    current.stageId === to.stageId &&
    (to.pipelineId ?? current.pipelineId) === (current.pipelineId ?? to.pipelineId)
  ) {
    return [nothing(subject, 'stage.reached', `${signed}, and the deal is in ${current.stage}`)];
  }
  if (isRehearsed(contract, question)) {
    const sentence = `would advance the deal from CRM stage ${from.stageId} to ${to.stageId} (${signed}); the stage is left alone in a rehearsal`;
    return [nothing(subject, 'mode.rehearse', sentence)];
  }
  const reason = {
    code: 'write.stage',
    sentence: `${signed}: the deal advances from CRM stage ${from.stageId} to ${to.stageId}`,
  };
  return [{ do: 'stage', key: `stage/contract-${contract.n}`, n: contract.n, to, from, reason }];
}

function nothing(subject: string, code: string, sentence: string): WriteObligation {
  return { do: 'nothing', subject, reason: { code, sentence } };
}
