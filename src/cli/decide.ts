import type { RemapResult } from '../actions/remap-deal.ts';
import type { Contract, ContractRecipient } from '../domain/contract.ts';
import type { DealItems } from '../store/deal-items.ts';
import type { CommandLine } from './arguments.ts';
import { CliProblem } from './cli-problem.ts';
import { type CommandDeps, json, type Outcome, said, sentence } from './outcome.ts';
import { columns, printable } from './table.ts';

/** Shows a contract as it is now and approves exactly that: if it changes in between, the hub refuses. */
export async function approve(line: CommandLine, { hub }: CommandDeps): Promise<Outcome> {
  const [deal, n] = named(line);
  const items = (await hub.get(deal)) as DealItems;
  const contract = items.contracts.find((each) => String(each.n) === n);
  if (contract === undefined) throw new CliProblem(`Deal ${line.operands[0]} has no contract ${n}.`, seeDeal(line));
  if (contract.inputsHash === undefined) {
    throw new CliProblem(`Contract ${n} is ${contract.state}: there is no draft to approve yet.`, seeDeal(line));
  }
  const { inputsHash } = contract;
  const answer = await hub.post(`${deal}/contracts/${n}/approve`, { inputsHash });
  if (line.json) return json({ ...(answer as object), contract });
  return said(`${shown(contract)}\n${sentence(answer, line).text}`);
}

/** Takes a contract back, for a reason. */
export async function voidContract(line: CommandLine, { hub }: CommandDeps): Promise<Outcome> {
  const [deal, n] = named(line);
  const { reason } = line;
  if (reason === undefined || reason.trim() === '') {
    throw new CliProblem(
      '"void" needs a reason; whoever was asked to sign reads it.',
      `Write: npx stagepost void ${line.operands[0]} ${n} --reason "..."`,
    );
  }
  return sentence(await hub.post(`${deal}/contracts/${n}/void`, { reason }), line);
}

/** What a deal's history means under the configuration in force; with `--apply` it means that from now on. */
export async function remap(line: CommandLine, { hub }: CommandDeps): Promise<Outcome> {
  const path = `${dealPath(line)}/remap`;
  const answer = (line.apply ? await hub.post(path) : await hub.get(path)) as Extract<RemapResult, { ok: true }>;
  if (line.json) return json(answer);
  const told = sentence(answer, line).text;
  if (answer.changes.length === 0) return said(told);
  const rows = answer.changes.map(({ stageId, from, to, transitionId }) => [stageId, from, to, transitionId]);
  const table = columns(['CRM STAGE', 'MEANT', 'MEANS', 'TRANSITION'], rows);
  const next = line.apply ? '' : `To make it so: npx stagepost remap ${line.operands[0]} --apply\n`;
  return said(`${table}\n${told}${next}`);
}

function dealPath(line: CommandLine): string {
  return `/api/deals/${encodeURIComponent(line.operands[0] ?? '')}`;
}

function named(line: CommandLine): readonly [deal: string, n: string] {
  const n = line.operands[1] ?? '';
  if (/^[1-9]\d{0,5}$/.test(n)) return [dealPath(line), n];
  throw new CliProblem(`"${n}" is not the number of a contract.`, seeDeal(line));
}

function seeDeal(line: CommandLine): string {
  return `See: npx stagepost deal ${line.operands[0]}`;
}

function shown({ n, subject, recipients }: Contract): string {
  const order = (each: ContractRecipient) => `  ${each.routingOrder}. ${each.name} <${each.email}>, ${each.role}`;
  const people = [...recipients].sort((a, b) => a.routingOrder - b.routingOrder).map(order);
  return [`Contract ${n}: ${subject ?? 'without a subject'}`, ...people].map((text) => `${printable(text)}\n`).join('');
}
