/** The nine stages of the sales cycle, in the order in which a deal normally walks through them. */
export const CYCLE_STAGES = [
  'prospecting',
  'qualification',
  'solutioning',
  'demonstration',
  'negotiation',
  'procurement',
  'implementation',
  'management',
  'expansion',
] as const;

export type CycleStage = (typeof CYCLE_STAGES)[number];

/** A stage of the cycle, the outcome `lost`, or `unknown` for a CRM stage that nobody has mapped. */
export type Stage = CycleStage | 'lost' | 'unknown';

export const STAGES: readonly Stage[] = [...CYCLE_STAGES, 'lost', 'unknown'];

export function isStage(value: unknown): value is Stage {
  return typeof value === 'string' && (STAGES as readonly string[]).includes(value);
}

/** Position in the cycle from 0; undefined for `lost` and `unknown`, which lie beside it. */
export function positionOf(stage: Stage): number | undefined {
  const position = (CYCLE_STAGES as readonly string[]).indexOf(stage);
  return position < 0 ? undefined : position;
}
