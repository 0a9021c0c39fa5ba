import type { Finding } from './config-problem.ts';
import type { Path } from './path.ts';
import type { ContractView, Located, Parts } from './read-parts.ts';
import { checkSource, placeholdersOf } from './sources.ts';
import { twice } from './twice.ts';

/** What must fit together inside each contract. */
export function checkContracts(parts: Parts): readonly Finding[] {
  return parts.contracts.flatMap((contract) => [
    ...recipients(contract),
    ...fields(contract),
    ...checkPlaceholders(contract.value.subject, [...contract.path, 'subject']),
    ...checkPlaceholders(contract.value.message, [...contract.path, 'message']),
  ]);
}

function recipients({ path, value }: Located<ContractView>): readonly Finding[] {
  const located = value.recipients.map((each, index) => ({
    path: [...path, 'recipients', index, 'role'],
    value: each,
  }));
  const findings: Finding[] = twice(located, (each) => each.role?.toLowerCase()).map((each) => ({
    path: each.path,
    wrong: `the role "${each.value.role}" is used twice`,
    right: 'give every recipient a role of its own',
  }));
  if (value.recipients.length === 0 || value.recipients.some((each) => each.kind === 'signer' || !isKind(each.kind)))
    return findings;
  const right = 'make at least one of them "kind: signer"';
  return [...findings, { path: [...path, 'recipients'], wrong: 'nobody signs this contract', right }];
}

/** What is no kind at all is told elsewhere, and may be meant to be a signer. */
function isKind(kind: string | undefined): boolean {
  return kind === 'approver' || kind === 'copy';
}

function fields({ path, value }: Located<ContractView>): readonly Finding[] {
  const located = value.fields.map((each, index) => ({ path: [...path, 'fields', index], value: each }));
  const tabsTwice = twice(located, (each) => each.tab).map((each) => ({
    path: [...each.path, 'tab'],
    wrong: `the tab "${each.value.tab}" is filled twice`,
    right: 'keep one of the two',
  }));
  const sources = located.flatMap((each) => {
    const trouble = each.value.from === undefined ? undefined : checkSource(each.value.from);
    return trouble === undefined ? [] : [{ path: [...each.path, 'from'], ...trouble }];
  });
  return [...tabsTwice, ...sources];
}

/** Every `{{...}}` of a text must be a value that a deal has. */
export function checkPlaceholders(text: string | undefined, path: Path): readonly Finding[] {
  return placeholdersOf(text ?? '').flatMap((source) => {
    const trouble = checkSource(source);
    return trouble === undefined ? [] : [{ path, ...trouble }];
  });
}
