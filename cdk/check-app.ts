import type { DataTemplate } from './check-data.ts';

/** What the variables of a deployment ask for, as a template has it. */
interface Asked {
  readonly domain: string | undefined;
  readonly asksForCertificates: boolean;
  readonly email: string | undefined;
  /** `<workspace id>/<channel id>` */
  readonly slack: string | undefined;
}

/**
 * What of the app stack would go because a variable is not set that was set at the last deployment, one sentence each.
 * Whoever changes what a variable says means it; only a domain that changes is asked about, because providers call it.
 *
 * @param letGo `domain`, `mtls`, `alarm-email`, `alarm-slack`: what is meant to go
 */
export function appInDanger(
  deployed: DataTemplate | undefined,
  wanted: DataTemplate,
  letGo: readonly string[] = [],
): readonly string[] {
  if (deployed === undefined) return [];
  const [now, next] = [askedIn(deployed), askedIn(wanted)];
  const found: readonly (readonly [string, string | false])[] = [
    ['domain', domainLoss(now.domain, next.domain)],
    [
      'mtls',
      now.asksForCertificates &&
        !next.asksForCertificates &&
        'Callers would not be asked for a certificate any more. Set STAGEPOST_MTLS_TRUSTSTORE as before',
    ],
    [
      'alarm-email',
      now.email !== undefined &&
        next.email === undefined &&
        `${now.email} would get no mail about alarms any more. Set STAGEPOST_ALARM_EMAIL as before`,
    ],
    [
      'alarm-slack',
      now.slack !== undefined &&
        next.slack === undefined &&
        `Alarms would not be shown in the channel ${now.slack} any more. Set STAGEPOST_ALARM_SLACK as before`,
    ],
  ];
  return found.flatMap(([name, loss]) =>
    loss === false || letGo.includes(name)
      ? []
      : [`${loss}, or say that it is meant: npm run deploy -- --let-go ${name}`],
  );
}

function domainLoss(now: string | undefined, next: string | undefined): string | false {
  if (now === undefined || now === next) return false;
  return next === undefined
    ? `The domain ${now} would be taken away, and what providers send there would get nowhere. Set STAGEPOST_DOMAIN and STAGEPOST_CERTIFICATE_ARN as before`
    : `The domain would be ${next} and not ${now} any more, and what providers send to ${now} would get nowhere. Set STAGEPOST_DOMAIN as before`;
}

function askedIn(template: DataTemplate): Asked {
  const propertiesOf = (type: string, fits: (properties: Readonly<Record<string, unknown>>) => boolean = () => true) =>
    Object.values(template.Resources ?? {})
      .flatMap(({ Type, Properties = {} }) => (Type === type ? [Properties] : []))
      .find(fits);
  const domain = propertiesOf('AWS::ApiGatewayV2::DomainName');
  const mail = propertiesOf('AWS::SNS::Subscription', ({ Protocol }) => Protocol === 'email');
  const slack = propertiesOf('AWS::Chatbot::SlackChannelConfiguration');
  return {
    domain: domain === undefined ? undefined : String(domain.DomainName),
    asksForCertificates: domain?.MutualTlsAuthentication !== undefined,
    email: mail === undefined ? undefined : String(mail.Endpoint),
    slack: slack === undefined ? undefined : `${slack.SlackWorkspaceId}/${slack.SlackChannelId}`,
  };
}
