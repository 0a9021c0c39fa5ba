import type { Assembly } from './assembly.ts';
import type { AwsCli } from './aws-cli.ts';
import { appInDanger } from './check-app.ts';
import { type DataTemplate, dataInDanger } from './check-data.ts';
import type { Place } from './check-place.ts';
import { type Findings, namesTaken } from './check-taken.ts';
import type { Deployment } from './deployment.ts';

/** A stack in one of these was never whole, and can only be deleted ("Stack status codes", CloudFormation user guide). */
const NEVER_MADE = ['CREATE_FAILED', 'ROLLBACK_COMPLETE', 'ROLLBACK_FAILED', 'DELETE_FAILED'];
/** Only a name: it is gone, or a change set was made and never executed. Its template can be answered all the same. */
const EMPTY = ['DELETE_COMPLETE', 'REVIEW_IN_PROGRESS'];

/**
 * Compares what was synthesized with what is deployed; every reason to deploy nothing is one sentence.
 * Throws an Error when it cannot be known what is deployed.
 */
export async function compareWithDeployed(
  assembly: Assembly,
  {
    deployment,
    place,
    letGo,
  }: { readonly deployment: Deployment; readonly place: Place; readonly letGo: readonly string[] },
  aws: AwsCli,
): Promise<Findings> {
  const { dataStack, appStack, dataTemplate, appTemplate } = assembly;
  const data = await look(dataStack, place, aws);
  const app = await look(appStack, place, aws);
  const taken = await namesTaken(deployment, place, { dataStack, deployed: data.template }, aws);
  const problems = [
    // It is protected from deletion, so the CDK cannot take it out of the way by itself.
    ...(data.halfMade === undefined
      ? []
      : [
          `The stack ${dataStack} was never made to the end (${data.halfMade}) and can only be deleted: docs/deploy.md, "The first deployment failed half way".`,
        ]),
    ...dataInDanger(data.template, dataTemplate, letGo),
    ...appInDanger(app.template, appTemplate, letGo),
    ...taken.problems,
  ];
  return { problems, notes: taken.notes };
}

async function look(
  stack: string,
  { region }: Place,
  aws: AwsCli,
): Promise<{ readonly template?: DataTemplate; readonly halfMade?: string }> {
  const status = await aws.stackStatus(stack, region);
  if (status === undefined || EMPTY.includes(status)) return {};
  if (NEVER_MADE.includes(status)) return { halfMade: status };
  const template = await aws.template(stack, region);
  return template === undefined ? {} : { template };
}
