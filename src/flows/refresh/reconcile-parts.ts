import type { Job } from '../../topology.ts';
import type { ESignParts } from '../parts.ts';

/** Jobs whose workers close the difference between what a deal owes and what is there. */
export type WorkJob = Exclude<Job, 'refresh'>;

export interface ReconcileParts extends ESignParts {
  /** Has the worker of this job look at the deal. */
  readonly wake: (job: WorkJob, crmProvider: string, dealId: string) => Promise<void>;
}
