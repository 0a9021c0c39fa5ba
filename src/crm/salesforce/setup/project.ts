import type { SetupFile } from '../../provider-setup.ts';
import { type Component, metadataXml } from './component.ts';

/** Components that are deployed together, or not at all. */
export interface PackageDirectory {
  readonly folder: string;
  readonly components: readonly Component[];
}

/** A Salesforce DX project: its description, one manifest per directory, and the components in source format. */
export function projectFiles(
  directories: readonly PackageDirectory[],
  given: { readonly apiVersion: string; readonly instanceUrl: string },
): readonly SetupFile[] {
  return [
    {
      path: 'sfdx-project.json',
      text: json({
        name: 'stagepost',
        namespace: '',
        packageDirectories: directories.map(({ folder }, index) => ({ path: folder, default: index === 0 })),
        sfdcLoginUrl: given.instanceUrl,
        sourceApiVersion: given.apiVersion,
      }),
    },
    // The address of the Outbound Message holds a token.
    { path: '.gitignore', text: '# A token is among these files: they are for the org, not for a repository.\n*\n' },
    ...directories.flatMap(({ folder, components }) => [
      {
        path: `manifest/${folder === 'force-app' ? 'package' : folder}.xml`,
        text: manifest(components, given.apiVersion),
      },
      ...components.map(({ path, text }) => ({ path: `${folder}/main/default/${path}`, text })),
    ]),
  ];
}

function manifest(components: readonly Component[], version: string): string {
  const types = [...new Set(components.map(({ type }) => type))].sort();
  return metadataXml('Package', {
    types: types.map((name) => ({
      members: components
        .filter(({ type }) => type === name)
        .map(({ member }) => member)
        .sort(),
      name,
    })),
    version,
  });
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
