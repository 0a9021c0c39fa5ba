import type { AlarmListeners, CustomDomain } from './deployment.ts';
import { prefixProblem } from './names.ts';

/** What the variables `STAGEPOST_*` say of a deployment. */
export interface DeploymentSettings {
  readonly prefix: string;
  readonly domain?: CustomDomain;
  readonly alarms?: AlarmListeners;
}

const DOMAIN = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;
const CERTIFICATE = /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/;
const TRUSTSTORE = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/(\S+)$/;
const EMAIL = /^[^\s@,;]+@[^\s@,;]+\.[^\s@,;]+$/;
const SLACK = /^(T[A-Z0-9]+)\/([CG][A-Z0-9]+)$/;

/** Reads and checks the variables; every problem is a sentence, and one does not hide the others. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): {
  readonly settings: DeploymentSettings;
  readonly problems: readonly string[];
} {
  const problems: string[] = [];
  // An empty variable is how a shell or a CI system says that there is none.
  const given = (name: string): string | undefined => {
    const value = environment[name]?.trim();
    return value === '' ? undefined : value;
  };
  const read = (name: string, form: RegExp, example: string): RegExpExecArray | undefined => {
    const value = given(name);
    if (value === undefined) return undefined;
    const match = form.exec(value);
    if (match === null) problems.push(`${name} is "${value}"; write it like ${example}.`);
    return match ?? undefined;
  };

  const prefix = given('STAGEPOST_NAME') ?? 'stagepost';
  const badName = prefixProblem(prefix);
  if (badName !== undefined) problems.push(`STAGEPOST_NAME: ${badName}`);

  const name = read('STAGEPOST_DOMAIN', DOMAIN, 'hooks.example.com')?.[0];
  const certificateArn = read(
    'STAGEPOST_CERTIFICATE_ARN',
    CERTIFICATE,
    'arn:aws:acm:eu-central-1:111122223333:certificate/0a1b2c3d',
  )?.[0];
  const store = read('STAGEPOST_MTLS_TRUSTSTORE', TRUSTSTORE, 's3://my-bucket/truststore.pem');
  const hasDomain = given('STAGEPOST_DOMAIN') !== undefined;
  const hasCertificate = given('STAGEPOST_CERTIFICATE_ARN') !== undefined;
  if (hasDomain && !hasCertificate) {
    problems.push('STAGEPOST_DOMAIN needs STAGEPOST_CERTIFICATE_ARN, a certificate of ACM for that name.');
  }
  if (!hasDomain && hasCertificate) {
    problems.push('STAGEPOST_CERTIFICATE_ARN does nothing without STAGEPOST_DOMAIN, the name that it is for.');
  }
  if (!hasDomain && given('STAGEPOST_MTLS_TRUSTSTORE') !== undefined) {
    problems.push(
      'STAGEPOST_MTLS_TRUSTSTORE needs STAGEPOST_DOMAIN: API Gateway asks callers for certificates on a domain of your own only.',
    );
  }
  const [, bucket, key] = store ?? [];
  const truststore = bucket === undefined || key === undefined ? {} : { truststore: { bucket, key } };
  const domain =
    name === undefined || certificateArn === undefined ? undefined : { name, certificateArn, ...truststore };

  const email = read('STAGEPOST_ALARM_EMAIL', EMAIL, 'on-call@example.com')?.[0];
  const [, workspaceId, channelId] =
    read('STAGEPOST_ALARM_SLACK', SLACK, 'T0123ABCD/C0123ABCD, the ids of workspace and channel') ?? [];
  const slack = workspaceId === undefined || channelId === undefined ? {} : { slack: { workspaceId, channelId } };
  const alarms = { ...(email === undefined ? {} : { email }), ...slack };

  return {
    settings: {
      prefix,
      ...(domain === undefined ? {} : { domain }),
      ...(Object.keys(alarms).length === 0 ? {} : { alarms }),
    },
    problems,
  };
}
