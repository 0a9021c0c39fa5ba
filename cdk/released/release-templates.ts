import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Deployment } from '../deployment.ts';
import { createStagepostApp } from '../stagepost-app.ts';

export interface ReleasedResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** What a release remembers of a stack. */
export interface ReleasedStack {
  /** Another name would be another stack, beside the first one. */
  readonly stackName: string;
  readonly Resources: Readonly<Record<string, ReleasedResource>>;
}

export interface ReleaseTemplates {
  /** All of the data stack. */
  readonly data: ReleasedStack;
  /** Of the app stack what holds messages and what providers were told: queues, bus, rules, addresses. */
  readonly app: ReleasedStack;
}

const HOLDS_MESSAGES =
  /^AWS::(?:SQS::Queue|Events::(?:EventBus|Rule|Archive)|ApiGatewayV2::(?:Api|Route|Stage|DomainName))$/;

/** The templates of a deployment as a release keeps them: without what every synthesis writes or what only describes. */
export function releaseTemplates(deployment: Deployment): ReleaseTemplates {
  const { data, application } = createStagepostApp({
    deployment,
    codeOf: () => Code.fromInline('exports.handler = async () => undefined;'),
  });
  return {
    data: { stackName: data.stackName, Resources: resourcesOf(Template.fromStack(data), () => true) },
    app: {
      stackName: application.stackName,
      Resources: resourcesOf(Template.fromStack(application), ({ Type }) => HOLDS_MESSAGES.test(Type)),
    },
  };
}

/** In the order of their ids, so that two releases can be compared by eye. */
function resourcesOf(
  template: Template,
  isKept: (resource: ReleasedResource) => boolean,
): Readonly<Record<string, ReleasedResource>> {
  const resources: Readonly<Record<string, ReleasedResource>> = template.toJSON().Resources;
  const kept = Object.entries(resources)
    .filter(([, resource]) => isKept(resource))
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(
    kept.map(([id, { Type, DeletionPolicy, UpdateReplacePolicy, Properties = {} }]) => {
      const { Tags: _, ...properties } = Properties;
      return [
        id,
        {
          Type,
          ...(DeletionPolicy === undefined ? {} : { DeletionPolicy }),
          ...(UpdateReplacePolicy === undefined ? {} : { UpdateReplacePolicy }),
          Properties: properties,
        },
      ];
    }),
  );
}
