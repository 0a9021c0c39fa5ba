import { API_KEY_PARAMETER } from './flow-callout.ts';
import { APP_NAME } from './names.ts';

/** The clicks and commands that are left, in order; the page says each in full. */
export function remainingSteps(given: {
  readonly instanceUrl: string;
  readonly integrationUser: string;
  readonly apiKey: string;
  readonly withRelay: boolean;
}): readonly string[] {
  const { instanceUrl, integrationUser, apiKey, withRelay } = given;
  return [
    `Setup, Users: a user ${integrationUser} of its own for the hub (license "Salesforce Integration"), before anything is deployed.`,
    'Setup, Process Automation Settings: "Deploy processes and flows as active", in a production org.',
    `In the folder: sf org login web --alias stagepost --instance-url ${instanceUrl}`,
    'In the folder: sf project deploy start --source-dir force-app --target-org stagepost',
    `sf org assign permset --name ${APP_NAME} --on-behalf-of ${integrationUser} --target-org stagepost`,
    'Setup, Profiles, the profile of that user: take away "Send Outbound Messages", so that what the hub writes is not told back to it.',
    'Setup, External Client App Manager: an app with OAuth, scope api, client credentials (or JWT bearer) as that user; put its keys into the secret.',
    ...(withRelay
      ? [
          'In the folder: sf project deploy start --source-dir event-relay --target-org stagepost',
          'AWS, EventBridge, Partner event sources: associate the pending source with a bus; then Setup, Event Relays: Run.',
        ]
      : []),
    `Only if a Flow HTTP callout is to be used instead of the Outbound Message: deploy flow-callout, and set the parameter ${API_KEY_PARAMETER} of the external credential ${APP_NAME} to ${apiKey}`,
    'Start the hub with "mode: observe", change the stage of an opportunity, and look: npx stagepost deliveries',
  ];
}
