import type { AwsService } from '../../platform/environment.ts';
import { type AwsAnswer, type AwsEndpoint, jsonError } from './aws-call.ts';
import type { CloudSwitches } from './switches.ts';

/** How each service says "not so fast". */
const THROTTLED: Readonly<Record<AwsService, string>> = {
  dynamodb: 'ProvisionedThroughputExceededException',
  sqs: 'RequestThrottled',
  eventbridge: 'ThrottlingException',
  s3: 'SlowDown',
  secretsmanager: 'ThrottlingException',
};

function xmlError(code: string): AwsAnswer {
  return {
    statusCode: 503,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>Please try again.</Message></Error>`,
  };
}

/** Puts throttling and lost answers in front of an endpoint. */
export function makeUnreliable(
  service: AwsService,
  endpoint: AwsEndpoint,
  switches: CloudSwitches,
  random: () => number,
): AwsEndpoint {
  return async (request) => {
    if (random() < switches.throttledCalls) {
      const code = THROTTLED[service];
      return service === 's3' ? xmlError(code) : jsonError(400, code, 'Rate exceeded; try again.');
    }
    const answer = await endpoint(request);
    if (random() < switches.lostAnswers) {
      return service === 's3'
        ? xmlError('InternalError')
        : jsonError(500, 'InternalServerError', 'The answer was lost.');
    }
    return answer;
  };
}
