import { HubError, isHubError } from '../../../domain/errors.ts';
import type { ConnectionPolicy } from '../../../domain/policies.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { ConnectionSecret } from '../../../platform/secrets.ts';
import type { CrmPort } from '../../crm-port.ts';
import { isOpportunityId, recordId18 } from '../ids.ts';
import { salesforceSettings } from '../settings.ts';
import { attachFile } from './attach-file.ts';
import { listChangedDeals } from './changed-deals.ts';
import { createClient } from './client.ts';
import { createDescriptions } from './descriptions.ts';
import { createGrant } from './grant.ts';
import { createHttp } from './http.ts';
import { readOrganization } from './organization.ts';
import { findOwnerByEmail, findOwnerById } from './owners.ts';
import { createStageCheck, readPipelines } from './pipelines.ts';
import { readDeal } from './read-deal.ts';
import { readStageHistory } from './stage-history.ts';
import { createTask, deleteTask, findTasks, hasUniqueKey } from './tasks.ts';
import { type Wire, within } from './wire.ts';
import { writeFields, writeStage } from './write-deal.ts';

export interface SalesforceCrmDeps {
  readonly connection: ConnectionPolicy;
  /** `refresh` reads past the cache; the adapter asks for it when Salesforce refuses the grant. */
  readonly readSecret: (options?: { readonly refresh?: boolean }) => Promise<ConnectionSecret>;
  readonly clock: Clock;
  readonly fetch?: typeof fetch;
  /** For one request, ms; default 10 s. */
  readonly requestTimeoutMs?: number;
}

const REQUEST_TIMEOUT_MS = 10_000;
/** For a whole method of the port, however many requests it takes. */
const LONGEST_CALL_MS = 45_000;
/** A request that was cut off may still be at work at Salesforce, whose transactions end by then (own margin). */
const SETTLE_MS = 20_000;
/**
 * Whoever knows the URL of the Outbound Messages can cause reads, and every read costs calls of the org, which has some
 * 100,000 in 24 hours for all of its apps together (Salesforce, "API Request Limits and Allocations"). Junk that nobody
 * notices for a day causes 36,000 reads at worst, of two calls each; a busy hour of true messages passes.
 */
const HINT_READS = { perHour: 1_500, burst: 300 } as const;

/**
 * A Salesforce org behind the CRM port. Makes no request before a method is called; nothing is retried but a request
 * whose token was refused. Throws HubError `crm.settings` when the connection's settings are not valid.
 */
export function createSalesforceCrm(deps: SalesforceCrmDeps): CrmPort {
  const { connection, clock } = deps;
  const parsed = salesforceSettings.settings.safeParse(connection.settings);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new HubError(
      'crm.settings',
      `settings of connection ${connection.id}: ${issue?.message ?? 'not valid'}; correct the configuration`,
      { retry: 'never', context: { connectionId: connection.id } },
    );
  }
  const settings = parsed.data;
  const wire: Wire = {
    connectionId: connection.id,
    fetch: deps.fetch ?? fetch,
    timeoutMs: deps.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
  };
  const grant = createGrant({ wire, clock, settings, readSecret: deps.readSecret });
  const client = createClient(createHttp({ wire, clock, grant }), settings);
  const descriptions = createDescriptions(client, clock);
  const parts = { client, descriptions, settings, isStage: createStageCheck(client, clock) };

  const call = <T>(work: () => Promise<T>): Promise<T> =>
    within(LONGEST_CALL_MS, work).catch((error: unknown) => {
      throw isHubError(error) ? error : strangeReply(connection.id, error);
    });

  return {
    connectionId: connection.id,
    capabilities: {
      get uniqueTaskKey() {
        return hasUniqueKey(descriptions);
      },
      settleMs: SETTLE_MS,
      longestCallMs: LONGEST_CALL_MS,
      hintReads: HINT_READS,
    },
    recordIdOf(text) {
      const id = recordId18(text);
      return id !== undefined && isOpportunityId(id) ? id : undefined;
    },
    // No field of an opportunity is known here that would name the record of another CRM.
    findLinkedRecord: async () => undefined,
    readDeal: (recordId, properties) => call(() => readDeal(parts, recordId, properties)),
    readStageHistory: (recordId) =>
      call(() => readStageHistory({ client, connectionId: connection.id, settings }, recordId)),
    listChangedDeals: (window) => call(() => listChangedDeals(client, window)),
    readPipelines: () => call(() => readPipelines(client, settings)),
    findOwnerByEmail: (email) => call(() => findOwnerByEmail(client, email)),
    findOwnerById: (id) => call(() => findOwnerById(client, id)),
    writeStage: (recordId, to) => call(() => writeStage(parts, recordId, to)),
    writeFields: (recordId, fields) => call(() => writeFields(parts, recordId, fields)),
    findTasks: (recordId, effectKeys) => call(() => findTasks(parts, recordId, effectKeys)),
    createTask: (recordId, task) => call(() => createTask(parts, recordId, task)),
    deleteTask: (taskId) => call(() => deleteTask(client, taskId)),
    attachFile: (recordId, file) => call(() => attachFile(client, recordId, file)),
    check: ({ learn = false } = {}) =>
      call(async () => {
        const accountId = await readOrganization(client, connection.id, settings);
        // Whether the org refuses a second task with the same key.
        if (learn) await descriptions.of('Task', { fresh: true });
        return { accountId };
      }),
  };
}

/** Whatever is made of a reply that is JSON but not what was asked for. */
function strangeReply(connectionId: string, cause: unknown): HubError {
  return new HubError('crm.unavailable', "Salesforce's answer could not be understood; tried again later", {
    retry: { afterMs: 60_000 },
    done: 'unknown',
    cause,
    context: { connectionId },
  });
}
