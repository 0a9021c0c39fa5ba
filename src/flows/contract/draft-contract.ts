import { createHash } from 'node:crypto';
import type { Contract, DraftAttempt } from '../../domain/contract.ts';
import { type ContractInputs, canonicalJson, contractInputs } from '../../domain/contract-inputs.ts';
import { moveContract } from '../../domain/contract-machine.ts';
import { HubError, isHubError } from '../../domain/errors.ts';
import type { EnvelopeDocument, EnvelopeFacts, EnvelopeSpec, ESignPort } from '../../esign/esign-port.ts';
import { connectionOf, leadingConnection } from '../connections.ts';
import type { WorkerParts } from '../parts.ts';
import { noteNamed } from '../privacy/removed-contacts.ts';
import { applyFacts, type HeldContract, move, rememberUnknown, settled, waitUntilSettled } from './contract-lease.ts';
import type { ContractStepParts } from './contract-step.ts';
import type { ContractView } from './contract-view.ts';
import { holdContract, releaseContract } from './hold-contract.ts';
import { removeLitter } from './litter.ts';

/** Key of the n-th try, unique over all hubs that use one e-sign account; at most 100 characters. */
export function attemptKeyOf(contract: Contract, attempt: number): string {
  return `${contract.dealId}/${contract.n}/${attempt}`;
}

/** Where a document of our own lies: put there when the configuration is applied. */
export function documentFileKey(file: string): string {
  return `documents/${file}`;
}

/**
 * Sees to it that the contract has a draft at the e-sign provider: nobody is e-mailed yet.
 * A try whose answer was lost is looked up under all attempt keys before another one is made; a second draft is litter.
 */
export async function draftContract(step: ContractStepParts, view: ContractView, parts: WorkerParts): Promise<void> {
  const { held } = step;
  if (!['planned', 'drafting'].includes(held.current().state)) return;
  waitUntilSettled(held.current(), parts);
  if (await adoptEarlierDraft(step, parts)) return;
  const inputs = await inputsOrHold(step, view, parts);
  if (inputs !== undefined) await makeDraft(step, inputs, view, parts);
}

/** A field that changes at every read must not make drafts for ever. */
const MOST_ATTEMPTS = 10;

/** Another draft of the same contract, after the deal changed. The old one is removed once the new intent is on record. */
export async function redraftContract(step: ContractStepParts, view: ContractView, parts: WorkerParts): Promise<void> {
  const { held, esign } = step;
  const inputs = await inputsOrHold(step, view, parts);
  if (inputs === undefined) return;
  await makeDraft(step, inputs, view, parts);
  await removeLitter(held, esign, parts);
}

async function makeDraft(
  step: ContractStepParts,
  inputs: ContractInputs,
  view: ContractView,
  parts: WorkerParts,
): Promise<void> {
  const { held, esign } = step;
  const contract = held.current();
  if (contract.attempts.length >= MOST_ATTEMPTS) {
    const sentence = `contract ${contract.n} was drafted ${contract.attempts.length} times because the deal kept changing`;
    const remedy = 'see what keeps changing the deal in the CRM, then void this contract; another one follows';
    await holdContract(held, { code: 'contract.drafted-too-often', sentence, remedy }, parts);
    return;
  }
  await releaseContract(held, parts);
  const attempt = { key: attemptKeyOf(contract, contract.attempts.length + 1), atMs: parts.clock.nowMs() };
  const spec = await specOf(contract, attempt.key, inputs, view, parts);
  await saveIntent(held, attempt, inputs, esign, parts);
  try {
    const { envelopeId } = await esign.createDraft(spec);
    await move(held, { kind: 'drafted', envelopeId }, parts);
  } catch (error) {
    // Surely not done: whoever comes next need not wait.
    if (isHubError(error) && error.done === 'no') await held.update(settled);
    await rememberUnknown(held, error, esign, parts);
  }
  parts.log('info', 'contract.drafted', {
    dealId: contract.dealId,
    contractId: `${contract.n}`,
    traceId: step.traceId,
  });
}

/**
 * The intent is saved before the call: if we die now, the next process knows under which key to ask, and not before
 * when. The draft that this one replaces is noted as litter in the same write.
 */
async function saveIntent(
  held: HeldContract,
  attempt: DraftAttempt,
  inputs: ContractInputs,
  esign: ESignPort,
  parts: WorkerParts,
): Promise<void> {
  const nowMs = parts.clock.nowMs();
  const recipients = inputs.recipients.map((recipient) => ({ ...recipient, state: 'created' as const }));
  const fact = {
    kind: 'drafting' as const,
    attempt,
    inputsHash: hashInputs(inputs),
    subject: inputs.subject,
    recipients,
  };
  await held.update((current) => {
    const outcome = moveContract(current, fact, nowMs);
    if (outcome.outcome !== 'moved') {
      const why = outcome.outcome === 'refused' ? outcome.reason.sentence : 'this attempt is on record already';
      throw new HubError('contract.move-refused', `contract ${current.n}: ${why}`, { retry: { afterMs: 1000 } });
    }
    const { longestCallMs, settleMs } = esign.capabilities;
    const litter = current.envelopeId === undefined ? current.litter : [...(current.litter ?? []), current.envelopeId];
    return {
      ...outcome.contract,
      unknownUntilMs: nowMs + longestCallMs + settleMs,
      ...(litter === undefined ? {} : { litter }),
    };
  });
}

/** Hash of everything that a signer would see; approval and the last look before sending compare it. */
export function hashInputs(inputs: ContractInputs): string {
  return createHash('sha256').update(canonicalJson(inputs)).digest('hex');
}

async function adoptEarlierDraft(step: ContractStepParts, parts: WorkerParts): Promise<boolean> {
  const { held, esign } = step;
  const contract = held.current();
  // Tries with other inputs are out of date: their drafts are litter, whatever became of them.
  const attempts = contract.attempts.filter(
    (attempt) => (attempt.inputsHash ?? contract.inputsHash) === contract.inputsHash,
  );
  const first = attempts[0];
  if (first === undefined) return false;
  const keys = attempts.map((attempt) => attempt.key);
  const found = await esign.findByAttempts(`${contract.dealId}/${contract.n}`, keys, first.atMs);
  const usable = found.filter((facts) => facts.status !== 'deleted' && facts.status !== 'voided').sort(oldestFirst);
  const chosen = usable.find((facts) => facts.status !== 'created') ?? usable[0];
  await held.update(settled);
  if (chosen === undefined) return false;
  await move(held, { kind: 'drafted', envelopeId: chosen.envelopeId }, parts);
  // Somebody sent our draft by hand: then it is out, whatever we planned.
  if (chosen.status !== 'created') await applyFacts(held, chosen, parts);
  for (const litter of usable) {
    if (litter.envelopeId !== chosen.envelopeId && litter.status === 'created') {
      await esign.discardDraft(litter.envelopeId);
    }
  }
  return true;
}

function oldestFirst(a: EnvelopeFacts, b: EnvelopeFacts): number {
  return (a.createdAtMs ?? 0) - (b.createdAtMs ?? 0);
}

async function inputsOrHold(
  step: ContractStepParts,
  view: ContractView,
  parts: WorkerParts,
): Promise<ContractInputs | undefined> {
  const result = freshInputs(step, view);
  const { dealId, leading } = view.deal;
  const named = result.ok
    ? result.inputs.recipients.flatMap(({ name, email }) => [name, email])
    : result.holds.map(({ sentence }) => sentence);
  await noteNamed(dealId, leading.connectionId, view.facts, named, parts);
  if (result.ok) return result.inputs;
  const [first] = result.holds;
  if (first === undefined) throw new HubError('contract.inputs', 'inputs refused without a reason', { retry: 'never' });
  const others = result.holds.slice(1).map((hold) => hold.sentence);
  const sentence = [first.sentence, ...others].join('; also: ');
  const remedy = [...new Set(result.holds.map((hold) => hold.remedy))].join('; ');
  await holdContract(step.held, { code: first.code, sentence, remedy }, parts);
  return undefined;
}

/** What the contract would say now, from the CRM as it was just read. */
export function freshInputs(step: ContractStepParts, view: ContractView): ReturnType<typeof contractInputs> {
  const { facts, config, deal } = view;
  if (facts === undefined) {
    const sentence = 'the CRM no longer has the deal';
    return { ok: false, holds: [{ code: 'crm.deal-gone', sentence, remedy: 'restore the deal in the CRM' }] };
  }
  const rehearseTo = leadingConnection(config, deal).rehearseTo;
  const { mode } = step.held.current();
  const { timeZone } = config.calendar;
  return contractInputs(step.policy, facts, { mode, timeZone, ...(rehearseTo === undefined ? {} : { rehearseTo }) });
}

async function specOf(
  contract: Contract,
  attemptKey: string,
  inputs: ContractInputs,
  view: ContractView,
  parts: WorkerParts,
): Promise<EnvelopeSpec> {
  const provider = connectionOf(view.config, contract.connectionId).provider;
  return {
    contractRef: `${contract.dealId}/${contract.n}`,
    attemptKey,
    subject: inputs.subject,
    message: inputs.message,
    documents: await Promise.all(inputs.documents.map((document) => loadDocument(document, parts))),
    recipients: inputs.recipients,
    tabs: inputs.tabs,
    reminders: inputs.reminders,
    expiresAfterDays: inputs.expiresAfterDays,
    notifyUrl: `${view.config.publicUrl}/webhooks/${provider}/${contract.connectionId}`,
  };
}

async function loadDocument(rule: ContractInputs['documents'][number], parts: WorkerParts): Promise<EnvelopeDocument> {
  if ('template' in rule) return { name: rule.name, source: { template: rule.template } };
  const pdf = await parts.files.get(documentFileKey(rule.file));
  if (pdf !== undefined) return { name: rule.name, source: { pdf } };
  throw new HubError(
    'document.missing',
    `document "${rule.file}" is not in the file store; put the file beside the configuration and apply it again`,
    { retry: 'never' },
  );
}
