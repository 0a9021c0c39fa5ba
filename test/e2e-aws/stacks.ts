import { readFile } from 'node:fs/promises';
import { aws } from './aws.ts';

interface StackResource {
  readonly LogicalResourceId: string;
  readonly ResourceType: string;
  readonly ResourceStatus: string;
}

const DONE = ['CREATE_COMPLETE', 'UPDATE_COMPLETE'];

/**
 * Holds what is deployed against the template: every resource, and nothing else. Answers how many there are.
 * Throws an Error that names what is missing, unfinished or there besides.
 */
export async function compareWithTemplate(stackName: string, templateFile: string): Promise<number> {
  const { Resources } = JSON.parse(await readFile(templateFile, 'utf8')) as {
    readonly Resources: Readonly<Record<string, { readonly Type: string }>>;
  };
  const { StackResourceSummaries: deployed } = (await aws(
    ...['cloudformation', 'list-stack-resources', '--stack-name', stackName],
  )) as { readonly StackResourceSummaries: readonly StackResource[] };
  const wanted = Object.entries(Resources).map(([id, { Type }]) => `${id} (${Type})`);
  const there = deployed
    .filter(({ ResourceStatus }) => DONE.includes(ResourceStatus))
    .map(({ LogicalResourceId, ResourceType }) => `${LogicalResourceId} (${ResourceType})`);
  const problems = [
    ...wanted.filter((each) => !there.includes(each)).map((each) => `${each} is not there`),
    ...there.filter((each) => !wanted.includes(each)).map((each) => `${each} is in no template`),
  ];
  if (problems.length > 0) throw new Error(`${stackName} is not what its template says: ${problems.join('; ')}`);
  return there.length;
}

/** Whether CloudFormation knows such a stack. */
export async function stackExists(stackName: string): Promise<boolean> {
  try {
    await aws('cloudformation', 'describe-stacks', '--stack-name', stackName);
    return true;
  } catch (error) {
    if (error instanceof Error && error.message.includes('does not exist')) return false;
    throw error;
  }
}
