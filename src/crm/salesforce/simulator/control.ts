import type { LoggedRequest, RequestLog } from '../../../local/sandbox-kit/request-log.ts';
import type {
  FlowControl,
  NewCustomField,
  NewStage,
  OAuthControl,
  OutboundMessage,
  RelayControl,
  SentOutboundMessage,
  UserState,
  ValidationRule,
} from './control-types.ts';
import type { Flow } from './flow.ts';
import { fullId } from './ids.ts';
import { createNewOpportunities } from './new-opportunities.ts';
import type { NewContact, NewOpportunity } from './new-opportunity.ts';
import type { OAuth } from './oauth.ts';
import { opportunityState, taskState, tasksOf } from './opportunity-state.ts';
import type { Org } from './org.ts';
import type { OutboundMessages } from './outbound-messages.ts';
import type { People } from './people.ts';
import type { Relay } from './relay.ts';
import type { SalesforceFault, SalesforceFaults } from './salesforce-faults.ts';
import { seedRecords } from './seed.ts';
import type { Stage } from './stages.ts';
import type { OpportunityState, TaskState } from './state-types.ts';
import type { SalesforceSwitches } from './switches.ts';
import { isGone, type Row, textOf } from './tables.ts';
import type { FieldValue } from './values.ts';

type Changes = Readonly<Record<string, FieldValue>>;

/**
 * What a person does in the browser, and what only a simulator can do. Changes are made by the person who works in the
 * browser, and raise messages and events like any other. Ids may have 15 or 18 characters. Every method throws an Error
 * that says what is wrong.
 */
export interface SalesforceControl {
  readonly orgId: string;
  /** Sample records, when there is no opportunity yet; raises no messages. */
  seed(): void;
  createOpportunity(opportunity: NewOpportunity): OpportunityState;
  /** @param stage API name or label */
  moveOpportunity(id: string, stage: string, options?: { readonly atMs?: number }): OpportunityState;
  updateOpportunity(id: string, fields: Changes): OpportunityState;
  /** The same change to several opportunities in one transaction. */
  updateMany(ids: readonly string[], fields: Changes): OpportunityState[];
  deleteOpportunity(id: string): void;
  undeleteOpportunity(id: string): OpportunityState;
  /** The contact is made from the input when its e-mail is new. */
  addContactRole(opportunityId: string, contact: NewContact): OpportunityState;
  removeContactRole(opportunityId: string, contactId: string): OpportunityState;
  /** Oldest first; deleted ones only when asked for, and then no others. */
  opportunities(options?: { readonly deleted?: boolean; readonly latest?: number }): OpportunityState[];
  opportunity(id: string): OpportunityState;
  /** Live tasks of an opportunity. */
  tasks(opportunityId: string): TaskState[];
  /** Also deleted ones and those related to nothing. */
  allTasks(): TaskState[];
  completeTask(id: string): TaskState;
  updateTask(id: string, fields: Changes): TaskState;
  deleteTask(id: string): void;
  readonly stages: {
    list(): Stage[];
    rename(apiName: string, label: string): void;
    add(stage: NewStage): Stage;
    deactivate(apiName: string): void;
  };
  users(): UserState[];
  /** @param user id, username or e-mail */
  setUserActive(user: string, isActive: boolean): void;
  /** Makes a custom field, as a deployment of metadata does. */
  deploy(field: NewCustomField): void;
  readonly validationRules: { add(rule: ValidationRule): void; list(): readonly ValidationRule[]; clear(): void };
  /** Records that a long transaction holds: saving them, or a task on them, is answered UNABLE_TO_LOCK_ROW. */
  readonly locks: { hold(recordId: string): void; release(recordId: string): void };
  readonly faults: { add(fault: SalesforceFault): void; clear(): void; list(): readonly SalesforceFault[] };
  readonly switches: { get(): SalesforceSwitches; set(changes: Partial<SalesforceSwitches>): SalesforceSwitches };
  readonly outboundMessages: {
    url(): string | undefined;
    setUrl(url: string | undefined): void;
    /** Hands over collected changes without waiting for more. */
    flush(): void;
    /** Sends everything that waits at once. */
    hurry(): void;
    waiting(): readonly OutboundMessage[];
    /** Not acknowledged within 24 hours. */
    givenUp(): readonly OutboundMessage[];
    /** The latest 200 attempts. */
    sent(): readonly SentOutboundMessage[];
  };
  readonly relay: RelayControl;
  readonly flow: FlowControl;
  readonly oauth: OAuthControl;
  readonly requests: { list(): readonly LoggedRequest[]; clear(): void };
}

export function createControl(deps: {
  org: Org;
  people: People;
  oauth: OAuth;
  messages: OutboundMessages;
  relay: Relay;
  flow: Flow;
  faults: SalesforceFaults;
  requestLog: RequestLog;
  /** Username of the integration user. */
  username: string;
}): SalesforceControl {
  const { org, people, oauth, messages, relay, flow, faults, requestLog } = deps;
  const { tables, stages, rules, transactions } = org;
  const newOpportunities = createNewOpportunities(org, people);

  function rowOf(type: 'Opportunity' | 'Task', id: string): Row {
    const row = tables.get(type, fullId(id) ?? id);
    const [one, all] = type === 'Task' ? ['task', 'tasks'] : ['opportunity', 'opportunities'];
    if (row === undefined) throw new Error(`There is no ${one} ${id}; list the ${all} to see their ids.`);
    return row;
  }
  function liveOf(type: 'Opportunity' | 'Task', id: string): Row {
    const row = rowOf(type, id);
    if (isGone(row)) throw new Error(`${type} ${id} is in the recycle bin.`);
    return row;
  }
  const apiUserId = () => people.byUsername(deps.username)?.id ?? '';
  const state = (id: string) => opportunityState(org, rowOf('Opportunity', id), apiUserId());
  const updateTask = (id: string, fields: Changes) =>
    taskState(org, org.update(liveOf('Task', id), fields, people.person()));

  return {
    orgId: org.orgId,
    seed: () => transactions.silently(() => seedRecords(org, (sample) => newOpportunities.create(sample))),
    createOpportunity: (opportunity) => state(newOpportunities.create(opportunity).id),
    moveOpportunity(id, stage, options = {}) {
      const fields = { StageName: stages.named(stage).apiName };
      org.update(liveOf('Opportunity', id), fields, people.person(), options.atMs);
      return state(id);
    },
    updateOpportunity(id, fields) {
      org.update(liveOf('Opportunity', id), fields, people.person());
      return state(id);
    },
    updateMany(ids, fields) {
      transactions.run(people.person(), () => {
        for (const id of ids) org.update(liveOf('Opportunity', id), fields, people.person());
      });
      return ids.map(state);
    },
    deleteOpportunity(id) {
      org.remove(liveOf('Opportunity', id), people.person());
    },
    undeleteOpportunity(id) {
      const row = rowOf('Opportunity', id);
      if (!isGone(row)) throw new Error(`Opportunity ${id} is not in the recycle bin.`);
      org.restore(row, people.person());
      return state(id);
    },
    addContactRole(opportunityId, contact) {
      newOpportunities.addContact(liveOf('Opportunity', opportunityId), contact);
      return state(opportunityId);
    },
    removeContactRole(opportunityId, contactId) {
      const opportunity = liveOf('Opportunity', opportunityId);
      const roles = tables
        .all('OpportunityContactRole')
        .filter((role) => role.fields['OpportunityId'] === opportunity.id && !isGone(role))
        .filter((role) => textOf(role, 'ContactId') === (fullId(contactId) ?? contactId));
      if (roles.length === 0) throw new Error(`Contact ${contactId} has no role in opportunity ${opportunityId}.`);
      transactions.run(people.person(), () => {
        for (const role of roles) org.remove(role, people.person());
      });
      return state(opportunityId);
    },
    opportunities: ({ deleted = false, latest = Number.POSITIVE_INFINITY } = {}) =>
      tables
        .all('Opportunity')
        .filter((row) => isGone(row) === deleted)
        .slice(-latest)
        .map((row) => opportunityState(org, row, apiUserId())),
    opportunity: state,
    tasks: (opportunityId) => tasksOf(org, rowOf('Opportunity', opportunityId)),
    allTasks: () => tables.all('Task').map((row) => taskState(org, row)),
    completeTask: (id) => updateTask(id, { Status: 'Completed' }),
    updateTask,
    deleteTask(id) {
      org.remove(liveOf('Task', id), people.person());
    },
    stages,
    users: people.list,
    setUserActive(user, isActive) {
      const row = people.named(user);
      tables.put({ ...row, fields: { ...row.fields, IsActive: isActive } });
    },
    deploy: org.schema.deploy,
    validationRules: rules,
    locks: {
      hold: (recordId) => void org.locked.add(fullId(recordId) ?? recordId),
      release: (recordId) => void org.locked.delete(fullId(recordId) ?? recordId),
    },
    faults: { add: faults.add, clear: faults.clear, list: faults.list },
    switches: org.switches,
    outboundMessages: messages,
    relay,
    flow,
    oauth,
    requests: { list: requestLog.list, clear: requestLog.clear },
  };
}
