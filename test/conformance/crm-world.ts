import type { CrmPort } from '../../src/crm/crm-port.ts';
import type { CrmSignal } from '../../src/domain/signals.ts';

export interface WorldDeal {
  readonly name: string;
  readonly amount: string;
  readonly currency: string;
  readonly stageId: string;
  readonly ownerEmail: string;
  readonly companyName: string;
  readonly contacts: readonly { readonly name: string; readonly email: string; readonly labels: readonly string[] }[];
  readonly lineItems: readonly { readonly name: string; readonly quantity: number; readonly price: number }[];
}

/** Calls of the port in the words of the suite; each world knows which requests they become. */
export type Effect = 'create-task' | 'write-stage' | 'attach-note';

/** The CRM as people see it: what they do in the browser, and what they find there. */
export interface CrmWorld {
  readonly accountId: string;
  readonly pipelineId: string;
  /** Three stages of the pipeline with their live labels. */
  readonly stages: readonly [WorldStage, WorldStage, WorldStage];
  readonly owner: { readonly id: string; readonly email: string; readonly name: string };
  /** Two labels that a contact may have on a deal. */
  readonly contactLabels: readonly [string, string];
  /** Ids of this CRM's form that nothing and nobody has. */
  readonly nobody: { readonly recordId: string; readonly ownerId: string };
  /** Whether a due date of a task comes back with its time of day, or as its day, whose beginning in UTC is read. */
  readonly dueTimes: 'kept' | 'days-only';
  createDeal(deal: WorldDeal): Promise<string>;
  moveDeal(recordId: string, stageId: string): Promise<void>;
  deleteDeal(recordId: string): Promise<void>;
  /** Gives the id of the record that lives on. */
  readonly mergeDeals: ((primaryId: string, otherId: string) => Promise<string>) | Impossible;
  /** Undefined when the field is not there. */
  field(recordId: string, name: string): Promise<string | undefined>;
  stageOf(recordId: string): Promise<string>;
  taskTitles(recordId: string): Promise<readonly string[]>;
  completeTask(taskId: string): Promise<void>;
  /** SHA-256 of every file on the deal, hex. */
  files(recordId: string): Promise<readonly { readonly name: string; readonly sha256: string }[]>;
  setOwnerActive(ownerId: string, active: boolean): Promise<void>;
  /**
   * What the account's webhooks told since the start, through this provider's own door and parser. Where a webhook only
   * tells which record to read: what a read then makes of it.
   */
  signals(): Promise<readonly CrmSignal[]>;
  /** The next request of this kind is done and its answer lost. */
  loseAnswer(effect: Effect): Promise<void>;
  /** The next request is refused for a while. */
  limitRate(): Promise<void>;
  /** The grant stops working, as when somebody rotates a token. */
  breakGrant(): Promise<void>;
  mendGrant(): Promise<void>;
  nowMs(): number;
  /** Lets time pass, so that search indexes catch up. */
  advance(ms: number): Promise<void>;
}

/** What this CRM has not, and why. */
export interface Impossible {
  readonly impossible: string;
}

export interface WorldStage {
  readonly id: string;
  readonly label: string;
}

export interface CrmUnderTest {
  readonly port: CrmPort;
  readonly world: CrmWorld;
  stop(): Promise<void>;
}

/** What the tests of the suite share: filled before they run. */
export interface Running {
  crm: CrmPort;
  world: CrmWorld;
  /** A new deal for every test. */
  recordId: string;
}

/** A deal with everything that an adapter has to bring along. */
export function northwind(world: CrmWorld): WorldDeal {
  return {
    name: 'Northwind rollout',
    amount: '120000.5',
    currency: 'EUR',
    stageId: world.stages[0].id,
    ownerEmail: world.owner.email,
    companyName: 'Northwind Traders',
    contacts: [
      { name: 'Mira Holm', email: 'mira@northwind.example', labels: [world.contactLabels[0]] },
      { name: 'Jon Bakke', email: 'jon@northwind.example', labels: [...world.contactLabels] },
      { name: 'Lia Vos', email: 'lia@northwind.example', labels: [] },
    ],
    lineItems: [{ name: 'Platform seat', quantity: 40, price: 2500 }],
  };
}
