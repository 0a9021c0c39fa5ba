import type { Hold, Lease, Reason } from './contract.ts';

/** The tasks of a deal for one play (`DEAL#<dealId>` / `PLAN#<key>`). */
export interface Plan {
  readonly v: 1;
  readonly dealId: string;
  /** `<play>/once` or `<play>/<entry id>`. */
  readonly key: string;
  readonly version: number;
  readonly play: string;
  readonly forEntry: string;
  readonly connectionId: string;
  readonly configVersion: number;
  readonly mode: 'observe' | 'rehearse' | 'live';
  readonly state: 'active' | 'paused';
  /** Frozen with the first write: a later template does not change this plan. */
  readonly taskKeys: readonly string[];
  readonly why: Reason;
  /** What was last said on the bus about this plan and its tasks (`announcementOf`); what differs is said again. */
  readonly announced?: string;
  /** Of the look that made it what it is now; absent on what older versions stored, here and below. */
  readonly traceId?: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** What `planTasks` computes for each task of a template. */
export interface PlannedTask {
  /** Stable within the plan, from the template. */
  readonly taskKey: string;
  readonly title: string;
  readonly body: string;
  readonly priority: 'low' | 'medium' | 'high';
  /** CRM owner id; undefined when the fallback chain ends without one. */
  readonly ownerId?: string;
  readonly ownerName?: string;
  readonly ownerWhy: string;
  readonly dueAtMs: number;
  /** Calendar date in the company's time zone, `YYYY-MM-DD`. */
  readonly dueDate: string;
  /** Keys of tasks that come first. */
  readonly after: readonly string[];
}

/** One task (`DEAL#<dealId>` / `TASK#<planKey>#<taskKey>`). */
export interface Task extends PlannedTask {
  readonly v: 1;
  readonly dealId: string;
  readonly planKey: string;
  readonly version: number;
  /** CRM connection and record at which the task is created. */
  readonly connectionId: string;
  readonly recordId: string;
  readonly mode: 'observe' | 'rehearse' | 'live';
  /** `done` means created and read back; it is final: what a person deletes in the CRM is not recreated. */
  readonly state: 'planned' | 'creating' | 'done';
  /** Deterministic key that is written into the CRM's task. */
  readonly effectKey: string;
  readonly lease?: Lease;
  readonly unknownUntilMs?: number;
  readonly providerTaskId?: string;
  readonly hold?: Hold;
  readonly traceId?: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** One write-back to the CRM (`DEAL#<dealId>` / `WRITE#<key>`): fields, the stage, a file, a task for a person. */
export interface WriteBack {
  readonly v: 1;
  readonly dealId: string;
  /** e.g. `fields`, `stage/contract-1`, `file/contract-1/signed-document`, `notice/contract-1/declined`, `notice/contract-1/<hold>/<since>` */
  readonly key: string;
  readonly version: number;
  readonly connectionId: string;
  readonly recordId: string;
  readonly mode: 'observe' | 'rehearse' | 'live';
  readonly state: 'planned' | 'writing' | 'done' | 'held';
  /** Hash or short form of what is (to be) written: `fields` is written again when it differs. */
  readonly value: string;
  readonly lease?: Lease;
  readonly unknownUntilMs?: number;
  readonly hold?: Hold;
  readonly note?: string;
  readonly traceId?: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

/** A decision in words on the deal's timeline (`DEAL#<dealId>` / `WHY#<subject>#<code>`); kept once per subject and code. */
export interface Decision {
  readonly v: 1;
  readonly dealId: string;
  /** What it is about, e.g. `contract/for/<entry id>`, `plan/onboarding`, `write/stage`. */
  readonly subject: string;
  readonly reason: Reason;
  readonly remedy?: string;
  readonly atMs: number;
  /** Of the look that first came to it. */
  readonly traceId?: string;
}
