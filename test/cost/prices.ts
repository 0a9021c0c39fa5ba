/**
 * List prices of us-east-1 in US dollars, first tier, as of November 2026, free tiers not subtracted. Each with the AWS
 * page that names it. Where the stored copies of a page disagree, the dearer number stands here.
 */
export const PRICES_AS_OF = '2026-11';
export const PRICES_REGION = 'us-east-1';

export interface Price {
  readonly what: string;
  /** Dollars for this many of what is counted. */
  readonly dollars: number;
  readonly per: number;
  /** What is free every month for every account, without end; never subtracted, only told. */
  readonly free?: number;
  /** Title of the AWS page. */
  readonly page: string;
}

const MILLION = 1_000_000;

export const PRICES = {
  httpRequest: { what: 'HTTP API requests', dollars: 1, per: MILLION, page: 'Amazon API Gateway pricing' },
  lambdaRequest: { what: 'Lambda requests', dollars: 0.2, per: MILLION, free: MILLION, page: 'AWS Lambda Pricing' },
  lambdaGbSecond: {
    what: 'Lambda GB-seconds, arm64',
    dollars: 13.3334,
    per: MILLION,
    free: 400_000,
    page: 'AWS Lambda Pricing',
  },
  sqsRequest: { what: 'SQS requests, work', dollars: 0.4, per: MILLION, page: 'Amazon SQS pricing' },
  sqsEmptyPoll: {
    what: 'SQS requests, empty polls',
    dollars: 0.4,
    per: MILLION,
    free: MILLION,
    page: 'Amazon SQS pricing',
  },
  busEntry: { what: 'EventBridge entries', dollars: 1, per: MILLION, page: 'Amazon EventBridge pricing' },
  partnerEvent: { what: 'EventBridge partner events', dollars: 1, per: MILLION, page: 'Amazon EventBridge pricing' },
  schedulerInvocation: {
    what: 'Scheduler invocations',
    dollars: 1,
    per: MILLION,
    free: 14 * MILLION,
    page: 'Amazon EventBridge pricing',
  },
  tableWriteUnit: {
    what: 'DynamoDB write units',
    dollars: 0.625,
    per: MILLION,
    page: 'Amazon DynamoDB pricing for on-demand capacity',
  },
  tableReadUnit: {
    what: 'DynamoDB read units',
    dollars: 0.125,
    per: MILLION,
    page: 'Amazon DynamoDB pricing for on-demand capacity',
  },
  tableGbMonth: {
    what: 'DynamoDB storage, GB-months',
    dollars: 0.25,
    per: 1,
    free: 25,
    page: 'Amazon DynamoDB pricing for on-demand capacity',
  },
  tableBackupGbMonth: {
    what: 'DynamoDB point-in-time recovery, GB-months',
    dollars: 0.2,
    per: 1,
    page: 'Amazon DynamoDB pricing for on-demand capacity',
  },
  filePut: { what: 'S3 puts', dollars: 0.005, per: 1000, page: 'Amazon S3 pricing' },
  fileGet: { what: 'S3 gets', dollars: 0.0004, per: 1000, page: 'Amazon S3 pricing' },
  fileGbMonth: { what: 'S3 storage, GB-months', dollars: 0.023, per: 1, page: 'Amazon S3 pricing' },
  secretMonth: { what: 'Secrets kept', dollars: 0.4, per: 1, page: 'AWS Secrets Manager Pricing' },
  secretCall: { what: 'Secrets Manager calls', dollars: 0.05, per: 10_000, page: 'AWS Secrets Manager Pricing' },
  alarmMonth: {
    what: 'CloudWatch alarms, metrics in them',
    dollars: 0.1,
    per: 1,
    free: 10,
    page: 'Amazon CloudWatch Pricing',
  },
  customMetricMonth: {
    what: 'CloudWatch custom metrics',
    dollars: 0.3,
    per: 1,
    free: 10,
    page: 'Amazon CloudWatch Pricing',
  },
  dashboardMonth: { what: 'CloudWatch dashboards', dollars: 3, per: 1, free: 3, page: 'Amazon CloudWatch Pricing' },
  logGb: { what: 'CloudWatch Logs, GB taken in', dollars: 0.5, per: 1, page: 'Amazon CloudWatch Pricing' },
} as const satisfies Readonly<Record<string, Price>>;

export type Priced = keyof typeof PRICES;
/** Shown apart from everything else: how much is logged is a matter of taste. */
export const LOGS: Priced = 'logGb';
