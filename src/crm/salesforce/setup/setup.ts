import { type ProviderSetup, type SetupInput, type SetupResult, webhookUrl } from '../../provider-setup.ts';
import { salesforceSettings } from '../settings.ts';
import { derivedToken } from '../signature.ts';
import { checkInput, type OrgToSetUp } from './check-input.ts';
import { opportunityFields, taskKeyField } from './custom-fields.ts';
import { eventRelay } from './event-relay.ts';
import { flowCallout } from './flow-callout.ts';
import { opportunityFlows } from './flows.ts';
import { outboundMessage } from './outbound-message.ts';
import { permissionSet } from './permission-set.ts';
import { type PackageDirectory, projectFiles } from './project.ts';
import { remainingSteps } from './steps.ts';

/** Makes an org ready: a Salesforce DX project, and what is left to click. */
export const salesforceSetup: ProviderSetup = {
  provider: salesforceSettings.provider,
  options: ['integration-user', 'unique-task-key', 'aws-account', 'aws-region'],
  secretExample: { clientId: '<consumer key>', clientSecret: '<consumer secret>' },
  page: 'docs/connecting-salesforce.md',
  prepare,
};

function prepare(input: SetupInput): SetupResult {
  const checked = checkInput(input);
  if (!checked.ok) return checked;
  const { settings, integrationUser, signingKey, aws } = checked.org;
  return {
    ok: true,
    files: projectFiles(directoriesOf(input, checked.org), settings),
    steps: remainingSteps({
      instanceUrl: settings.instanceUrl,
      integrationUser,
      apiKey: derivedToken(signingKey, 'apiKey'),
      withRelay: aws !== undefined,
    }),
  };
}

/** One directory for each thing that may be deployed without the others: an org refuses all that comes with one mistake. */
function directoriesOf(input: SetupInput, org: OrgToSetUp): readonly PackageDirectory[] {
  const { apiVersion, recordTypes } = org.settings;
  const token = derivedToken(org.signingKey, 'urlToken');
  return [
    {
      folder: 'force-app',
      components: [
        ...opportunityFields(),
        taskKeyField(input.options['unique-task-key'] === true),
        outboundMessage({
          endpointUrl: `${webhookUrl(input, salesforceSettings.provider)}?token=${token}`,
          integrationUser: org.integrationUser,
          apiVersion,
        }),
        ...opportunityFlows({ apiVersion, recordTypes }),
        permissionSet(),
      ],
    },
    { folder: 'flow-callout', components: flowCallout(input.publicUrl) },
    ...(org.aws === undefined ? [] : [{ folder: 'event-relay', components: eventRelay(org.aws) }]),
  ];
}
