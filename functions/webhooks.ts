import { createSecretsClient } from '../src/platform/aws/secrets-client.ts';
import { createSqsClient } from '../src/platform/aws/sqs-client.ts';
import { createAwsSecrets } from '../src/platform/aws-secrets.ts';
import { type Build, onLambda } from '../src/platform/handler.ts';
import { createIds, systemRandom } from '../src/platform/ids.ts';
import { createJsonLog } from '../src/platform/log.ts';
import { createSqsQueue } from '../src/queue/sqs-queue.ts';
import { doors } from '../src/webhooks/doors.ts';
import { createHttpApiHandler } from '../src/webhooks/http-api-handler.ts';
import { createWebhookRouter } from '../src/webhooks/router.ts';
import { readWebhookEnvironment } from '../src/webhooks/webhook-environment.ts';

export const build: Build = (environment) => {
  const { clock } = environment;
  const { publicUrl, inboxUrl, hintsUrl, connections } = readWebhookEnvironment(environment.variables);
  const sqs = createSqsClient(environment);
  const inbox = createSqsQueue({ client: sqs, queueUrl: inboxUrl });
  const hints = createSqsQueue({ client: sqs, queueUrl: hintsUrl });
  const secrets = createAwsSecrets({ client: createSecretsClient(environment), clock });
  const newId = createIds(clock, systemRandom);
  const log = environment.log ?? createJsonLog(console.log, 'webhooks');
  const app = createWebhookRouter({ doors, connections, secrets, inbox, hints, clock, newId, publicUrl, log });
  return createHttpApiHandler(app);
};

export const handler = onLambda(build);
