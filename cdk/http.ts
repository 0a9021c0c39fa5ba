import { RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Topology } from '../src/topology.ts';
import type { Names } from './names.ts';

/** Requests a second; a provider that sends a burst is slowed down (429) and sends again. */
const THROTTLE = { rateLimit: 500, burstLimit: 1000 } as const;

/** No path, query or header: a webhook's URL may hold a token. */
const ACCESS_LOG_FIELDS = {
  requestId: '$context.requestId',
  route: '$context.routeKey',
  status: '$context.status',
  latencyMs: '$context.responseLatency',
  functionStatus: '$context.integration.integrationStatus',
} as const;

export function createHttpApi(scope: Construct, names: Names): HttpApi {
  const api = new HttpApi(scope, 'HttpApi', {
    apiName: names.prefix,
    description: 'Stagepost: where the providers deliver their webhooks',
    createDefaultStage: false,
  });
  const logGroup = new LogGroup(scope, 'AccessLog', {
    logGroupName: `/aws/apigateway/${names.prefix}`,
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  new HttpStage(scope, 'HttpStage', {
    httpApi: api,
    stageName: '$default',
    autoDeploy: true,
    throttle: THROTTLE,
    accessLogSettings: {
      destination: new LogGroupLogDestination(logGroup),
      format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG_FIELDS)),
    },
  });
  return api;
}

/** The HTTP routes of the topology. */
export function createRoutes(api: HttpApi, topology: Topology, functions: ReadonlyMap<string, LambdaFunction>): void {
  for (const spec of topology.functions) {
    const fn = functions.get(spec.name);
    if (fn === undefined) continue;
    for (const trigger of spec.triggers) {
      if (trigger.kind !== 'http') continue;
      api.addRoutes({
        path: trigger.path,
        methods: [trigger.method === 'POST' ? HttpMethod.POST : HttpMethod.ANY],
        integration: new HttpLambdaIntegration(`Integration-${spec.name}`, fn),
      });
    }
  }
}
