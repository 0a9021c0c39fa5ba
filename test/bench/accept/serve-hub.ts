/** The accepting side of the embedded hub in a process of its own: its HTTP front, the webhooks function, its queue. */
import { connectionsVariable } from '../../../src/config/connections.ts';
import { startCloud } from '../../../src/local/cloud/cloud.ts';
import { calmSwitches } from '../../../src/local/cloud/switches.ts';
import { buildFunctions, loadSource } from '../../../src/local/functions.ts';
import { createFunctionEnvironment } from '../../../src/local/host/function-environment.ts';
import { type Host, startHost } from '../../../src/local/host/host.ts';
import { startHttpFront } from '../../../src/local/host/http-front.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { createJsonLog } from '../../../src/platform/log.ts';
import { createTopology, VARIABLES } from '../../../src/topology.ts';
import { answerParent } from '../answer-parent.ts';
import type { ServerRequest } from './messages.ts';
import { answerServerRequest, CONNECTION, SIGNING_KEY, stateFolder, WEBHOOK_PATH } from './server.ts';

const clock = systemClock;
/** A line is made for every webhook, as it is on Lambda; where it goes to is not what is measured. */
const log = createJsonLog(() => {}, 'webhooks');

const whole = createTopology();
const webhooks = whole.functions.filter(({ name }) => name === 'webhooks');
let host: Host | undefined;
const front = await startHttpFront({
  topology: whole,
  clock,
  log,
  port: 0,
  invoke: async (name, event) => (host === undefined ? { statusCode: 503 } : host.invoke(name, event)),
});
const cloud = await startCloud({
  folder: stateFolder(),
  topology: whole,
  clock,
  random: Math.random,
  switches: calmSwitches(),
  secrets: () => ({ [`stagepost/${CONNECTION.id}`]: { signingKeys: [SIGNING_KEY] } }),
});
const handlers = await buildFunctions({ ...whole, functions: webhooks }, loadSource, (spec) => ({
  ...createFunctionEnvironment({
    spec,
    cloud,
    clock,
    variables: {
      [VARIABLES.publicUrl]: front.url,
      [VARIABLES.connections]: connectionsVariable([CONNECTION]),
    },
  }),
  log,
}));
host = startHost({ topology: whole, handlers, cloud, clock, log, runSchedules: false });

answerParent(
  { url: front.url, path: WEBHOOK_PATH, signingKey: SIGNING_KEY },
  (request: ServerRequest) => answerServerRequest(request, cloud),
  async () => {
    await host?.stop();
    await front.stop();
    await cloud.stop();
  },
);
