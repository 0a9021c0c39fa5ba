import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ReleasedStack, ReleaseTemplates } from './release-templates.ts';

/** One folder per released version. */
export const RELEASES_FOLDER = fileURLToPath(new URL('.', import.meta.url));

const VERSION = /^(\d+)\.(\d+)\.(\d+)$/;

/** All released versions, oldest first. */
export function releasedVersions(folder = RELEASES_FOLDER): readonly string[] {
  const numbersOf = (version: string) => (VERSION.exec(version) ?? []).slice(1).map(Number);
  return readdirSync(folder)
    .filter((name) => VERSION.test(name))
    .sort((one, other) => {
      const others = numbersOf(other);
      const difference = numbersOf(one).map((number, index) => number - (others[index] ?? 0));
      return difference.find((each) => each !== 0) ?? 0;
    });
}

function fileOf(version: string, stack: keyof ReleaseTemplates, deployment: string, folder: string): string {
  const name = deployment === 'sample' ? `${stack}.template.json` : `${stack}.${deployment}.template.json`;
  return join(folder, version, name);
}

/** Throws when this version was not released. */
export function readRelease(
  version: string,
  stack: keyof ReleaseTemplates,
  deployment: string,
  folder = RELEASES_FOLDER,
): ReleasedStack {
  return JSON.parse(readFileSync(fileOf(version, stack, deployment, folder), 'utf8'));
}

/**
 * Writes the templates of a version, one file per stack and deployment, and answers their paths. What was released once
 * is never written again: throws Error when the version is there already, or is no version.
 */
export function writeRelease(
  version: string,
  templates: Readonly<Record<string, ReleaseTemplates>>,
  folder = RELEASES_FOLDER,
): readonly string[] {
  if (!VERSION.test(version)) throw new Error(`"${version}" is no version like 1.2.3.`);
  if (existsSync(join(folder, version))) {
    throw new Error(
      `The templates of ${version} are written already, and deployments may have been made from them. Raise "version" in package.json, or, if ${version} was never released, delete cdk/released/${version} first.`,
    );
  }
  mkdirSync(join(folder, version));
  return Object.entries(templates).flatMap(([deployment, { data, app }]) =>
    Object.entries({ data, app }).map(([stack, template]) => {
      const file = fileOf(version, stack as keyof ReleaseTemplates, deployment, folder);
      writeFileSync(file, `${JSON.stringify(template, undefined, 2)}\n`);
      return file;
    }),
  );
}
