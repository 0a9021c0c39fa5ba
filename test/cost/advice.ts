import type { Priced } from './prices.ts';

/** What would make a line smaller; lines that only more or less work changes have none. */
export const ADVICE: Readonly<Partial<Record<Priced, string>>> = {
  alarmMonth: 'fewer queues, or fewer alarms per queue; metric math does not help, every metric in it counts',
  dashboardMonth: 'three are free in every account',
  sqsEmptyPoll: 'fewer queues, or no maximum concurrency: without it Lambda may poll with two instead of five',
  secretMonth: 'one secret for several connections',
  secretCall: 'functions keep secrets for five minutes; what comes alone always asks',
  tableWriteUnit: 'fewer or smaller items per event; see who writes below',
  tableReadUnit: 'reads that can be eventually consistent cost half; see who reads below',
  sqsRequest: 'larger batches, or fewer jobs that are woken by one event',
  lambdaGbSecond: 'less memory for what mostly waits; measured durations are rough',
  busEntry: 'publish only what a rule wants',
};
