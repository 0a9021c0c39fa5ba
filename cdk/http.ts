import { CfnOutput, RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  DomainName,
  HttpApi,
  HttpMethod,
  HttpStage,
  LogGroupLogDestination,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Topology } from '../src/topology.ts';
import type { CustomDomain } from './deployment.ts';
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

/**
 * The address that providers call, with its throttle and its log. A domain of one's own stands before it where the
 * deployment has one; where that asks callers for a certificate, the API's own address is switched off, because nobody
 * is asked for one there ("Mutual TLS for HTTP APIs", AWS documentation).
 */
export function createHttpApi(scope: Construct, names: Names, domain?: CustomDomain): HttpApi {
  const api = new HttpApi(scope, 'HttpApi', {
    apiName: names.prefix,
    description: 'Stagepost: where the providers deliver their webhooks',
    createDefaultStage: false,
    ...(domain?.truststore === undefined ? {} : { disableExecuteApiEndpoint: true }),
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
    ...(domain === undefined ? {} : { domainMapping: { domainName: createDomain(scope, domain) } }),
    accessLogSettings: {
      destination: new LogGroupLogDestination(logGroup),
      format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG_FIELDS)),
    },
  });
  return api;
}

function createDomain(scope: Construct, domain: CustomDomain): DomainName {
  const { truststore } = domain;
  const domainName = new DomainName(scope, 'Domain', {
    domainName: domain.name,
    certificate: Certificate.fromCertificateArn(scope, 'Certificate', domain.certificateArn),
    securityPolicy: SecurityPolicy.TLS_1_2,
    ...(truststore === undefined
      ? {}
      : { mtls: { bucket: Bucket.fromBucketName(scope, 'Truststore', truststore.bucket), key: truststore.key } }),
  });
  new CfnOutput(scope, 'DomainTarget', {
    value: domainName.regionalDomainName,
    description: `What the name ${domain.name} has to point to (CNAME, or an alias in Route 53)`,
  });
  return domainName;
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
