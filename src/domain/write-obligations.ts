import type { ArchivedFile, Contract, Reason } from './contract.ts';
import { isActive, isTerminal } from './contract-machine.ts';
import { contractInWords } from './contract-words.ts';
import type { Deal } from './deal.ts';
import { currentEntry } from './entries.ts';
import { leadingLane } from './lanes.ts';
import { presenceOf } from './lifecycle.ts';
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
  | {
      readonly do: 'notice';
      readonly key: `notice/${string}/${string}`;
      readonly title: string;
      readonly body: string;
      readonly reason: Reason;
    }
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
  const contracts = [...question.contracts].sort((a, b) => a.n - b.n);
  if (deal.mergedInto !== undefined) {
    return [nothing('write', 'deal.merged', `nothing is written: the deal was merged into ${deal.mergedInto}`)];
  }
  if (presenceOf(deal) !== 'there') {
    return [nothing('write', 'crm.deal-gone', 'nothing is written: the record is gone from the CRM')];
  }
  const fields = fieldsOf({ ...question, contracts });
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
    ...contracts.flatMap((contract) => notices(contract, question)),
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

function files(contract: Contract, { config }: WriteQuestion): readonly WriteObligation[] {
  if (contract.state !== 'completed') return [];
  const policy = policyOf(contract, config);
  if (policy === undefined) {
    const sentence = `policy "${contract.policy}" of signed contract ${contract.n} is not in the configuration any more: neither files nor stage are written`;
    return [nothing(`write/contract-${contract.n}`, 'policy.gone', sentence)];
  }
  if (!policy.attachSigned) return [];
  const { n } = contract;
  const signed = contractInWords(contract, config.calendar.timeZone);
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
function stage(contracts: readonly Contract[], { deal, config }: WriteQuestion): readonly WriteObligation[] {
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
  const reason = {
    code: 'write.stage',
    sentence: `${signed}: the deal advances from CRM stage ${from.stageId} to ${to.stageId}`,
  };
  return [{ do: 'stage', key: `stage/contract-${contract.n}`, n: contract.n, to, from, reason }];
}

/** Nobody has to find out: what waits for a person, and every end but a signature, becomes a task for the owner. */
function notices(contract: Contract, { deal, config }: WriteQuestion): readonly WriteObligation[] {
  const name = deal.details.name ?? deal.leading.recordId;
  const stands = contractInWords(contract, config.calendar.timeZone);
  const notice = (code: string, title: string, sentence: string, remedy: string): WriteObligation => ({
    do: 'notice',
    key: `notice/contract-${contract.n}/${code}`,
    title: `${title}: ${name}`,
    body: `${capital(sentence)}. What to do: ${remedy}.`,
    reason: { code: `notice.${code}`, sentence },
  });
  if (!isTerminal(contract)) {
    const { hold } = contract;
    if (hold !== undefined) return [notice(hold.code, `Contract ${contract.n} is held`, hold.sentence, hold.remedy)];
    if (contract.state !== 'awaiting-approval') return [];
    return [
      notice(
        'awaiting-approval',
        `Contract ${contract.n} waits for approval`,
        stands,
        'look at the draft and approve it, or void it',
      ),
    ];
  }
  const act = 'clear it up with the customer, then decide about a new contract';
  if (contract.state === 'declined') return [notice('declined', `Contract ${contract.n} was declined`, stands, act)];
  if (contract.state === 'expired') return [notice('expired', `Contract ${contract.n} expired`, stands, act)];
  if (contract.state === 'voided' && contract.endedBy === 'outside') {
    return [notice('voided-outside', `Contract ${contract.n} was voided outside`, stands, act)];
  }
  return [];
}

function capital(sentence: string): string {
  return `${sentence.slice(0, 1).toUpperCase()}${sentence.slice(1)}`;
}

function nothing(subject: string, code: string, sentence: string): WriteObligation {
  return { do: 'nothing', subject, reason: { code, sentence } };
}
