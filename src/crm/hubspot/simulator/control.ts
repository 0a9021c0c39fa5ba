import type { LoggedRequest, RequestLog } from '../../../local/sandbox-kit/request-log.ts';
import type { OutgoingWebhook, SentWebhook } from '../../../local/sandbox-kit/webhook-sender.ts';
import { type DealState, dealState, type TaskState, taskState, tasksOf } from './deal-state.ts';
import type { HubSpotFault } from './hubspot-faults.ts';
import type { StoredObject } from './model.ts';
import { type ContactInput, createDeals, type NewDeal } from './new-deal.ts';
import type { OAuth } from './oauth.ts';
import type { Owner } from './owners.ts';
import { PERSON } from './person.ts';
import type { Pipeline, Pipelines } from './pipelines.ts';
import type { Portal } from './portal.ts';
import { seedRecords } from './seed.ts';
import type { HubSpotSwitches } from './switches.ts';
import type { Webhooks } from './webhooks.ts';

/**
 * What a person does in the browser, and what only a simulator can do.
 * Changes are made as `CRM_UI` and send webhooks like any other. Every method throws an Error that says what is wrong.
 */
export interface HubSpotControl {
  /** Sample records, when there is no deal yet; sends no webhooks. */
  seed(): void;
  createDeal(deal: NewDeal): DealState;
  /** @param stage id in any pipeline, or label in the deal's own pipeline */
  moveDeal(dealId: string, stage: string, options?: { readonly atMs?: number }): DealState;
  updateDeal(dealId: string, properties: Readonly<Record<string, string>>): DealState;
  deleteDeal(dealId: string): void;
  restoreDeal(dealId: string): DealState;
  /** The result has a new id. */
  mergeDeals(primaryId: string, otherId: string): DealState;
  /** Links a contact, made from the input when its e-mail is new, and puts labels on the link. */
  addContact(dealId: string, contact: ContactInput): DealState;
  removeContact(dealId: string, contactId: string): DealState;
  /** The person asked to be forgotten: deletes the contact for good, wherever it hangs. */
  deleteContactForPrivacy(contactId: string): void;
  deals(options?: { readonly archived?: boolean; readonly latest?: number }): DealState[];
  deal(dealId: string): DealState;
  tasks(dealId: string): TaskState[];
  /** Also archived ones and those that hang on no deal. */
  allTasks(): TaskState[];
  completeTask(taskId: string): TaskState;
  updateTask(taskId: string, properties: Readonly<Record<string, string>>): TaskState;
  deleteTask(taskId: string): void;
  readonly pipelines: Pick<Pipelines, 'renameStage' | 'addStage' | 'archiveStage'> & { list(): Pipeline[] };
  owners(): Owner[];
  setOwnerArchived(ownerId: string, archived: boolean): void;
  readonly faults: { add(fault: HubSpotFault): void; clear(): void; list(): readonly HubSpotFault[] };
  readonly switches: { get(): HubSpotSwitches; set(changes: Partial<HubSpotSwitches>): HubSpotSwitches };
  readonly webhooks: {
    url(): string | undefined;
    setUrl(url: string | undefined): void;
    /** Hands over collected events without waiting for more. */
    flush(): void;
    /** Sends everything that waits at once. */
    hurry(): void;
    waiting(): readonly OutgoingWebhook[];
    givenUp(): readonly OutgoingWebhook[];
    sent(): readonly SentWebhook[];
  };
  readonly oauth: Pick<OAuth, 'clientId' | 'refreshToken' | 'revoke' | 'install'>;
  /** The private app's token; changing it is what rotating it in the browser does. */
  readonly accessToken: { get(): string; set(token: string): void };
  readonly requests: { list(): readonly LoggedRequest[]; clear(): void };
}

export function createControl(deps: {
  portal: Portal;
  webhooks: Webhooks;
  oauth: OAuth;
  requestLog: RequestLog;
  faults: HubSpotControl['faults'];
  accessToken: HubSpotControl['accessToken'];
}): HubSpotControl {
  const { portal, webhooks, oauth, requestLog, faults, accessToken } = deps;
  const { objects, pipelines, owners, associations, switches } = portal;
  const newDeals = createDeals(portal);

  function dealOf(dealId: string): StoredObject {
    const deal = objects.find('deals', dealId);
    if (deal === undefined) throw new Error(`There is no deal ${dealId}; list the deals to see their ids.`);
    return deal;
  }
  function taskOf(taskId: string): StoredObject {
    const task = objects.find('tasks', taskId);
    if (task === undefined) throw new Error(`There is no task ${taskId}; list the tasks to see their ids.`);
    return task;
  }
  const state = (dealId: string) => dealState(portal, dealOf(dealId));

  return {
    seed: () => webhooks.silently(() => seedRecords(portal, (sample) => newDeals.create(sample))),
    createDeal: (deal) => state(newDeals.create(deal).id),
    moveDeal(dealId, stage, options = {}) {
      const deal = dealOf(dealId);
      const target = newDeals.stageOf(stage, deal.history.pipeline?.[0]?.value);
      objects.update(deal, { pipeline: target.pipelineId, dealstage: target.stageId }, PERSON, options.atMs);
      return state(dealId);
    },
    updateDeal(dealId, properties) {
      objects.update(dealOf(dealId), properties, PERSON);
      return state(dealId);
    },
    deleteDeal(dealId) {
      const deal = dealOf(dealId);
      if (!deal.archived) objects.archive(deal, PERSON);
    },
    restoreDeal(dealId) {
      const deal = dealOf(dealId);
      if (deal.mergedInto !== undefined) {
        throw new Error(`Deal ${dealId} was merged into ${deal.mergedInto} and cannot be restored.`);
      }
      if (deal.archived) objects.restore(deal, PERSON);
      return state(dealId);
    },
    mergeDeals: (primaryId, otherId) => state(portal.merge(dealOf(primaryId), dealOf(otherId), PERSON).id),
    addContact(dealId, contact) {
      newDeals.addContact(dealOf(dealId), contact);
      return state(dealId);
    },
    removeContact(dealId, contactId) {
      associations.disconnect(dealOf(dealId), { type: 'contacts', id: contactId }, PERSON);
      return state(dealId);
    },
    deleteContactForPrivacy(contactId) {
      const contact = objects.find('contacts', contactId);
      if (contact === undefined) throw new Error(`There is no contact ${contactId}; a deal shows its contacts' ids.`);
      objects.erase(contact, PERSON);
    },
    deals: ({ archived = false, latest = Number.POSITIVE_INFINITY } = {}) =>
      objects
        .all('deals')
        .filter((deal) => deal.archived === archived)
        .slice(-latest)
        .map((deal) => dealState(portal, deal)),
    deal: state,
    tasks: (dealId) => tasksOf(portal, dealOf(dealId)),
    allTasks: () => objects.all('tasks').map(taskState),
    completeTask: (taskId) => taskState(objects.update(taskOf(taskId), { hs_task_status: 'COMPLETED' }, PERSON)),
    updateTask: (taskId, properties) => taskState(objects.update(taskOf(taskId), properties, PERSON)),
    deleteTask: (taskId) => objects.archive(taskOf(taskId), PERSON),
    pipelines,
    owners: () => owners.list(),
    setOwnerArchived(ownerId, archived) {
      const owner = owners.find(ownerId);
      if (owner === undefined) throw new Error(`There is no owner ${ownerId}.`);
      owners.put({ ...owner, archived });
    },
    faults,
    switches,
    webhooks: {
      url: webhooks.url,
      setUrl: webhooks.setUrl,
      flush: webhooks.flush,
      hurry() {
        webhooks.flush();
        webhooks.sender.hurry();
      },
      waiting: webhooks.sender.waiting,
      givenUp: webhooks.sender.given,
      sent: webhooks.sender.sent,
    },
    oauth,
    accessToken,
    requests: { list: requestLog.list, clear: requestLog.clear },
  };
}
