import { Readable } from 'node:stream';
import { type AwsRequest, jsonError, jsonOf, operationOf } from '../../src/local/cloud/aws-call.ts';
import { type LoadFunction, loadSource } from '../../src/local/functions.ts';
import type { AwsService, Environment } from '../../src/platform/environment.ts';

type RequestHandlerOf = NonNullable<Environment['awsRequestHandler']>;

/** No retry of the hub waits longer than this in a test; who comes too early asks and waits again. */
const LONGEST_WAIT_SECONDS = 0.5;
/** Tries until the visibility of a message is changed: otherwise it would stay away for six real minutes. */
const VISIBILITY_TRIES = 20;

export interface AwsWeather {
  /** Loads the deployed functions with AWS clients that stand in this weather. */
  readonly load: LoadFunction;
  /** Services (`dynamodb`) and operations (`sqs.SendMessage`) that answer nothing but 503. */
  readonly outage: Set<string>;
  /** Bodies of all messages that functions put into the inbox so far. */
  readonly inboxMessages: readonly string[];
}

/**
 * What stands between the functions and the embedded cloud in a test: outages that can be switched on and off, and
 * waits in queues that pass as fast as the hub's clock runs.
 */
export function createAwsWeather(speed: number): AwsWeather {
  const outage = new Set<string>();
  const inboxMessages: string[] = [];

  const sooner = (asked: Readonly<Record<string, unknown>>, name: string): Record<string, number> => {
    const seconds = asked[name];
    return typeof seconds === 'number' ? { [name]: Math.min(LONGEST_WAIT_SECONDS, seconds / speed) } : {};
  };

  const weathered =
    (handlerOf: RequestHandlerOf): RequestHandlerOf =>
    (service: AwsService) => {
      const handler = handlerOf(service);
      return {
        ...handler,
        async handle(request: AwsRequest, options) {
          const operation = operationOf(request);
          if (outage.has(service) || outage.has(`${service}.${operation}`)) {
            const { body, ...answer } = jsonError(503, 'ServiceUnavailable', 'Out of service.');
            return { response: { ...answer, body: Readable.from([Buffer.from(body)]) } };
          }
          if (operation === 'SendMessage') {
            const message = await jsonOf(request);
            if (String(message['QueueUrl']).endsWith('/inbox')) inboxMessages.push(String(message['MessageBody']));
            const sent = { ...request, body: JSON.stringify({ ...message, ...sooner(message, 'DelaySeconds') }) };
            return handler.handle(sent, options);
          }
          if (operation !== 'ChangeMessageVisibility') return handler.handle(request, options);
          const asked = await jsonOf(request);
          const faster = { ...request, body: JSON.stringify({ ...asked, ...sooner(asked, 'VisibilityTimeout') }) };
          let answer = await handler.handle(faster, options);
          for (let tries = 1; answer.response.statusCode !== 200 && tries < VISIBILITY_TRIES; tries += 1) {
            answer = await handler.handle(faster, options);
          }
          return answer;
        },
      };
    };

  return {
    outage,
    inboxMessages,
    async load(spec) {
      const { build } = await loadSource(spec);
      return {
        build: (environment) => {
          const handlerOf = environment.awsRequestHandler;
          if (handlerOf === undefined) throw new Error('the embedded host hands in a request handler');
          return build({ ...environment, awsRequestHandler: weathered(handlerOf) });
        },
      };
    },
  };
}
