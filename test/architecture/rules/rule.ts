import type { Repository, SourceFile } from '../imports.ts';

/** A rule of the house with an example that breaks it: a rule that cannot fail is a wish. */
export interface Rule {
  /** A sentence that is true of the repository. */
  readonly name: string;
  /** One sentence per violation, the file first. */
  check(repository: Repository): readonly string[];
  /** Sources that break the rule, what is said about them, and among them some that do not. */
  readonly example: { readonly sources: Readonly<Record<string, string>>; readonly says: readonly string[] };
}

/** Tests and what helps them: `deal.test.ts`, `test-builders.ts`, `kill-test-child.ts`, and everything in `test/`. */
export function isTest(path: string): boolean {
  return path.startsWith('test/') || path.endsWith('.test.ts') || /(?:^|[/-])test-[^/]*\.ts$/.test(path);
}

/** Files below one of the folders, tests left out. */
export function productionFiles(repository: Repository, ...folders: readonly string[]): readonly SourceFile[] {
  return [...repository.values()].filter(
    ({ path }) => !isTest(path) && folders.some((folder) => path.startsWith(`${folder}/`)),
  );
}

/** A rule over single imports: `forbids` gives the reason why this import is wrong, or undefined. */
export function checkImports(
  files: readonly SourceFile[],
  forbids: (
    file: SourceFile,
    target: string,
    details: { isFile: boolean; typeOnly: boolean; specifier: string },
  ) => string | undefined,
): readonly string[] {
  return files.flatMap((file) =>
    file.imports.flatMap((each) => {
      const reason = forbids(file, each.target, each);
      return reason === undefined ? [] : [`${file.path} imports ${each.specifier}: ${reason}`];
    }),
  );
}
