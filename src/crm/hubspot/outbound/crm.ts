import { HubError, isHubError } from '../../../domain/errors.ts';
import type { ConnectionPolicy } from '../../../domain/policies.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { ConnectionSecret } from '../../../platform/secrets.ts';
import type { CrmPort } from '../../crm-port.ts';
import { hubspotSettings } from '../settings.ts';
import { createCompanyCurrency, readAccount } from './account.ts';
import { attachFile } from './attach-file.ts';
import { listChangedDeals } from './changed-deals.ts';
import { createClient } from './client.ts';
import { createDefinitions } from './definitions.ts';
import { findLinkedRecord } from './find-linked-record.ts';
import { createGrant } from './grant.ts';
import { createHttp } from './http.ts';
import { findOwnerByEmail, findOwnerById } from './owners.ts';
import { readPipelines } from './pipelines.ts';
import { readDeal } from './read-deal.ts';
import { recordUrl } from './record-url.ts';
import { readStageHistory } from './stage-history.ts';
import { createTask, deleteTask, findTasks } from './tasks.ts';
import { type Wire, within } from './wire.ts';
import { writeFields, writeStage } from './write-deal.ts';

export interface HubSpotCrmDeps {
  readonly connection: ConnectionPolicy;
  /** `refresh` reads past the cache; the adapter asks for it when HubSpot refuses the grant. */
  readonly readSecret: (options?: { readonly refresh?: boolean }) => Promise<ConnectionSecret>;
  readonly clock: Clock;
  readonly fetch?: typeof fetch;
  /** For one request, ms; default 10 s. */
  readonly requestTimeoutMs?: number;
}

const REQUEST_TIMEOUT_MS = 10_000;
/** For a whole method of the port, however many requests it takes. */
const LONGEST_CALL_MS = 45_000;
/** A request that was cut off may still be at work at HubSpot; its gateway gives up on it by then (own margin). */
const SETTLE_MS = 20_000;

/**
 * A HubSpot account behind the CRM port. Makes no request before a method is called; nothing is retried but a request
 * whose token was refused. Throws HubError `crm.settings` when the connection's settings are not valid.
 */
export function createHubSpotCrm(deps: HubSpotCrmDeps): CrmPort {
  const { connection, clock } = deps;
  const settings = hubspotSettings.settings.safeParse(connection.settings);
  if (!settings.success) {
    const [issue] = settings.error.issues;
    throw new HubError(
      'crm.settings',
      `settings of connection ${connection.id}: ${issue?.message ?? 'not valid'}; correct the configuration`,
      { retry: 'never', context: { connectionId: connection.id } },
    );
  }
  const { baseUrl } = settings.data;
  const wire: Wire = {
    connectionId: connection.id,
    clock,
    fetch: deps.fetch ?? fetch,
    timeoutMs: deps.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
  };
  const http = createHttp(wire, baseUrl, createGrant({ wire, baseUrl, readSecret: deps.readSecret }));
  const client = createClient(http);
  const definitions = createDefinitions(client);
  const companyCurrency = createCompanyCurrency(http);
  const urlOf = (recordId: string) => recordUrl(settings.data, recordId);

  const call = <T>(work: () => Promise<T>): Promise<T> =>
    within(LONGEST_CALL_MS, work).catch((error: unknown) => {
      throw isHubError(error) ? error : strangeReply(connection.id, error);
    });

  return {
    connectionId: connection.id,
    capabilities: { uniqueTaskKey: false, settleMs: SETTLE_MS, longestCallMs: LONGEST_CALL_MS },
    recordIdOf: (text) => (/^[1-9]\d{0,19}$/.test(text.trim()) ? text.trim() : undefined),
    findLinkedRecord: (foreignRecordId) => call(() => findLinkedRecord(client, foreignRecordId)),
    readDeal: (recordId, properties) => call(() => readDeal({ client, companyCurrency, urlOf }, recordId, properties)),
    readStageHistory: (recordId) => call(() => readStageHistory(client, connection.id, recordId)),
    listChangedDeals: (window) => call(() => listChangedDeals(client, window)),
    readPipelines: () => call(() => readPipelines(client)),
    findOwnerByEmail: (email) => call(() => findOwnerByEmail(client, email)),
    findOwnerById: (id) => call(() => findOwnerById(client, id)),
    writeStage: (recordId, to) => call(() => writeStage(client, recordId, to)),
    writeFields: (recordId, fields) => call(() => writeFields({ client, definitions }, recordId, fields)),
    findTasks: (recordId, effectKeys) => call(() => findTasks(client, recordId, effectKeys)),
    createTask: (recordId, task) => call(() => createTask({ client, definitions }, recordId, task)),
    deleteTask: (taskId) => call(() => deleteTask(client, taskId)),
    attachFile: (recordId, file) => call(() => attachFile({ http, client, clock }, recordId, file)),
    check: () => call(async () => ({ accountId: (await readAccount(http)).portalId })),
  };
}

/** Whatever the package makes of a reply that is JSON but not what was asked for. */
function strangeReply(connectionId: string, cause: unknown): HubError {
  return new HubError('crm.unavailable', "HubSpot's answer could not be understood; tried again later", {
    retry: { afterMs: 60_000 },
    done: 'unknown',
    cause,
    context: { connectionId },
  });
}
