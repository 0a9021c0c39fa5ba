import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Deployment } from '../../cdk/deployment.ts';
import { createStagepostApp } from '../../cdk/stagepost-app.ts';
import type { Topology } from '../../src/topology.ts';

export const TEST_DEPLOYMENT: Deployment = {
  prefix: 'stagepost-test',
  publicUrl: 'https://hooks.example.com',
  connections: [
    { id: 'crm-main', provider: 'crm-one', role: 'crm', secret: 'stagepost/crm-main' },
    { id: 'sign-main', provider: 'sign-one', role: 'esign', secret: 'stagepost/sign-main' },
  ],
  partnerEventSources: [],
};

/** Both templates, with a stand-in for the functions' code so that nothing has to be bundled. */
export function createTemplates(options: { topology?: Topology; deployment?: Deployment } = {}): {
  readonly data: Template;
  readonly app: Template;
} {
  const { data, application } = createStagepostApp({
    deployment: options.deployment ?? TEST_DEPLOYMENT,
    codeOf: () => Code.fromInline('exports.handler = async () => undefined;'),
    ...(options.topology === undefined ? {} : { topology: options.topology }),
  });
  return { data: Template.fromStack(data), app: Template.fromStack(application) };
}

/** A resource of a template as plain JSON. */
export interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly DeletionPolicy?: string;
}

export function resourcesOf(template: Template, type: string): readonly (readonly [string, Resource])[] {
  return Object.entries(template.findResources(type)) as unknown as [string, Resource][];
}

/** The logical id of the resource whose property has this value. Throws when there is none. */
export function idOf(template: Template, type: string, property: string, value: string): string {
  const found = resourcesOf(template, type).find(([, resource]) => resource.Properties[property] === value);
  if (found === undefined) throw new Error(`no ${type} whose ${property} is ${value}`);
  return found[0];
}
