/** What cannot be measured here and is said instead, each with its reason. Prices are in prices.ts. */

/** As the AWS pricing calculator counts a month. */
export const HOURS_PER_MONTH = 730;

/**
 * Lambda polls a standard queue with five long polls at a time. It may go down to two when there is little to do, but
 * not for a mapping with a maximum concurrency, and all of ours have one (AWS Lambda developer guide, "Configuring
 * scaling behavior for SQS event source mappings").
 */
export const POLLERS_PER_MAPPING = 5;
/** Longest wait of a long poll ("Amazon SQS short and long polling"); that Lambda waits that long is an assumption. */
export const LONG_POLL_SECONDS = 20;

/** SQS: "every 64 KB chunk of a payload is billed as 1 request" (Amazon SQS pricing); EventBridge the same per event. */
export const MESSAGE_CHUNK_BYTES = 64 * 1024;
/** HTTP APIs are metered in increments of 512 KB (Amazon API Gateway pricing). */
export const HTTP_CHUNK_BYTES = 512 * 1024;

/** Simulators answer within milliseconds, real providers do not: what one call to them is assumed to take. */
export const PROVIDER_CALL_MS = 200;

/**
 * What starting a function is assumed to take: importing its bundle, from docs/benchmarks.md (one machine, 2026-11-23).
 * Lambda bills initialisation ("AWS Lambda standardizes billing for INIT Phase", since August 2025).
 */
export const INIT_MS: Readonly<Record<string, number>> = {
  webhooks: 89,
  record: 142,
  'send-contract': 257,
  'start-onboarding': 181,
  'write-back': 289,
  reconcile: 289,
};

/** START, END and REPORT lines of one Lambda invocation, together. */
export const PLATFORM_LOG_BYTES = 400;
/** What Lambda puts before a line (time, request id, level) and 26 bytes that CloudWatch Logs adds to an event. */
export const LOG_LINE_OVERHEAD_BYTES = 93;
/** One access log line of the HTTP API with the fields of cdk/http.ts. */
export const ACCESS_LOG_BYTES = 220;

/** DynamoDB adds this to every stored item ("DynamoDB item sizes and formats"). */
export const ITEM_OVERHEAD_BYTES = 100;
export const BYTES_PER_GB = 1024 ** 3;
