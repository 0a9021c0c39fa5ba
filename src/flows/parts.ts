import type { Bus } from '../bus/bus.ts';
import type { CrmPort } from '../crm/crm-port.ts';
import type { ConnectionPolicy, HubConfig } from '../domain/policies.ts';
import type { ESignPort } from '../esign/esign-port.ts';
import type { Files } from '../files/files.ts';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import type { Queue } from '../queue/queue.ts';
import type { HubStore } from '../store/hub-store.ts';

/** What every step of the journey works with. */
export interface CoreParts {
  readonly store: HubStore;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: () => string;
  /** The configuration in force; HubError `config.missing` when none was ever applied. */
  readonly config: () => Promise<HubConfig>;
}

/** What it takes to be the only one who acts on an item. */
export interface LeaseParts extends CoreParts {
  /** The function's time-out; a lease outlives it. */
  readonly functionTimeoutMs: number;
  /** See `Lease.epoch`. */
  readonly epoch?: string;
}

/** What workers that talk to a CRM need. */
export interface CrmParts extends LeaseParts {
  readonly crm: (connection: ConnectionPolicy) => CrmPort;
  readonly inbox: Queue;
}

/** What workers that talk to an e-sign provider too need. */
export interface ESignParts extends CrmParts {
  readonly esign: (connection: ConnectionPolicy) => ESignPort;
}

/** What workers that keep documents too need. */
export interface WorkerParts extends ESignParts {
  readonly files: Files;
}
