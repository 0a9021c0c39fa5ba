/** How soon a person has to look: at once, whatever the hour, or in the course of the day. */
export type AlarmGrade = 'grave' | 'look today';

/** Every kind of alarm with its grade; each is a heading of `docs/runbook.md`, and each heading there is one of these. */
export const ALARM_GRADES = {
  'dead-letter-not-empty': 'grave',
  'queue-falls-behind': 'look today',
  'function-throttled': 'look today',
  'webhooks-answer-5xx': 'grave',
  'webhooks-refused': 'look today',
  'secret-missing': 'grave',
  'setting-missing': 'grave',
  'provider-unauthorized': 'grave',
  'deliveries-quarantined': 'look today',
  'work-keeps-waiting': 'look today',
  'events-not-published': 'look today',
  'reconcile-fails': 'look today',
  'reconcile-silent': 'grave',
} as const satisfies Readonly<Record<string, AlarmGrade>>;

export type AlarmKind = keyof typeof ALARM_GRADES;
