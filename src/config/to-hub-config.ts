import type {
  Condition,
  ConnectionPolicy,
  ContractPolicy,
  DocumentRule,
  HubConfig,
  OwnerRule,
  Play,
  RecipientRule,
} from '../domain/policies.ts';
import type { ConfigFile, ConnectionBlock, ContractBlock, PlayBlock } from './file-schema.ts';
import type { ProviderSettings } from './provider-settings.ts';

/** A configuration that was not applied yet: applying gives it its number. */
export type ConfigDraft = Omit<HubConfig, 'version'>;

/** The domain's view of a file that passed all checks. */
export function toHubConfig(file: ConfigFile, providers: readonly ProviderSettings[]): ConfigDraft {
  return {
    v: 1,
    publicUrl: file.publicUrl,
    company: file.company.name,
    calendar: { timeZone: file.company.timeZone, holidays: file.company.holidays, dueHour: file.company.dueHour },
    connections: Object.entries(file.connections).map(([id, block]) => toConnection(id, block, providers)),
    pipelines: file.pipelines.map((each) => ({
      connectionId: each.connection,
      pipelineId: each.id,
      stages: each.stages,
    })),
    contracts: file.contracts.map(toContract),
    plays: file.plays.map(toPlay),
    maxEntryAgeDays: file.limits.maxEntryAgeDays,
  };
}

function toConnection(id: string, block: ConnectionBlock, providers: readonly ProviderSettings[]): ConnectionPolicy {
  return {
    id,
    provider: block.provider,
    role: providers.find((each) => each.provider === block.provider)?.role ?? 'crm',
    mode: block.mode,
    effectsFromMs: block.effectsFrom === undefined ? 0 : Date.parse(block.effectsFrom),
    ...(block.rehearseTo === undefined ? {} : { rehearseTo: block.rehearseTo }),
    ...(block.secret === undefined ? {} : { secret: block.secret }),
    ...syncOf(block),
    settings: block.settings,
  };
}

function syncOf(block: ConnectionBlock): Pick<ConnectionPolicy, 'syncedWith'> {
  const { syncedWith } = block;
  if (syncedWith === undefined) return {};
  const { connection, leads, graceMinutes, pipelines } = syncedWith;
  return {
    syncedWith: {
      connectionId: connection,
      leading: leads ?? connection,
      graceMs: graceMinutes * 60_000,
      ...(pipelines === undefined ? {} : { pipelines }),
    },
  };
}

function toContract(block: ContractBlock): ContractPolicy {
  const { advanceTo, attach } = block.afterSigning;
  return {
    name: block.name,
    when: block.when,
    esignConnectionId: block.esign,
    subject: block.subject,
    message: block.message,
    documents: block.documents.map(toDocument),
    recipients: block.recipients.map(toRecipient),
    fields: block.fields,
    reminders: block.reminders,
    expiresAfterDays: block.expiresAfterDays,
    approval: block.approval,
    reEntry: block.reEntry,
    goingBack: block.goingBack,
    lost: block.lost,
    deleted: block.deleted,
    declined: block.declined,
    expired: block.expired,
    voidedOutside: block.voidedOutside,
    passedThrough: block.passedThrough,
    ...(advanceTo === undefined
      ? {}
      : {
          advanceTo: {
            stageId: advanceTo.stage,
            ...(advanceTo.pipeline === undefined ? {} : { pipelineId: advanceTo.pipeline }),
          },
        }),
    attachSigned: attach,
  };
}

function toDocument(block: ContractBlock['documents'][number]): DocumentRule {
  const common = { name: block.name, ...given(block.when) };
  return block.file === undefined ? { ...common, template: block.template ?? '' } : { ...common, file: block.file };
}

function toRecipient(block: ContractBlock['recipients'][number]): RecipientRule {
  const common = { role: block.role, kind: block.kind, routingOrder: block.order };
  if (block.fixed !== undefined) return { ...common, fixed: block.fixed };
  if (block.contact !== undefined) return { ...common, contact: block.contact };
  return { ...common, owner: true };
}

function toPlay(block: PlayBlock): Play {
  return {
    ...block,
    tasks: block.tasks.map(({ when, owner, ...task }) => ({ ...task, ...given(when), owner: owner.map(toOwner) })),
  };
}

function toOwner(block: PlayBlock['tasks'][number]['owner'][number]): OwnerRule {
  if (block.email !== undefined) return { email: block.email };
  if (block.property !== undefined) return { property: block.property };
  return { dealOwner: true };
}

function given(when: Condition | undefined): { readonly when?: Condition } {
  return when === undefined ? {} : { when };
}
