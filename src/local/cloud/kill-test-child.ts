/**
 * For the kill test alone: writes deals and sends messages as fast as it can and says on standard output what was
 * acknowledged, until somebody kills it.
 */
import { createDynamoClient } from '../../platform/aws/dynamo-client.ts';
import { createSqsClient } from '../../platform/aws/sqs-client.ts';
import { systemClock } from '../../platform/clock.ts';
import { createSqsQueue } from '../../queue/sqs-queue.ts';
import { createDynamoTable } from '../../store/dynamo-table.ts';
import { createTopology } from '../../topology.ts';
import { startCloud } from './cloud.ts';
import { calmSwitches } from './switches.ts';

const cloud = await startCloud({
  folder: process.argv[2],
  topology: createTopology(['hubspot']),
  clock: systemClock,
  random: () => 0.5,
  switches: calmSwitches(),
});
const environment = { variables: {}, clock: systemClock, awsRequestHandler: cloud.requestHandler };
const table = createDynamoTable({
  client: createDynamoClient(environment),
  tableName: 'stagepost',
  clock: systemClock,
});
const inbox = createSqsQueue({ client: createSqsClient(environment), queueUrl: cloud.queue('inbox').url });

await inbox.send('{"taken":true}');
await cloud.queue('inbox').receive(1, AbortSignal.timeout(5_000));
process.stdout.write('taken\n');

for (let n = 0; ; n += 1) {
  // The listing row of the one deal moves with every version: the moment in which dynalite can be caught half way.
  const item = { pk: 'DEAL#hs.1', sk: 'STATE', version: n + 1, data: { n }, listing: { pk: 'L', sk: `${n % 7}` } };
  await (n === 0 ? table.create(item) : table.replace(item, n));
  await inbox.send(`{"n":${n}}`);
  process.stdout.write(`done ${n}\n`);
}
