import { describe, expect, it } from 'vitest';
import { reachedFrom, readSourceFile, repositoryOf } from './imports.ts';
import { scanSource } from './scan-source.ts';

const importsOf = (source: string) =>
  readSourceFile('src/a/b.ts', source).imports.map(({ target, isFile, typeOnly, form, clause }) => ({
    target,
    isFile,
    typeOnly,
    form,
    clause,
  }));

describe('the import scanner', () => {
  it.each([
    [
      "import { x } from './c.ts';",
      { target: 'src/a/c.ts', isFile: true, typeOnly: false, form: 'import', clause: '{ x }' },
    ],
    ["import * as z from 'zod';", { target: 'zod', isFile: false, typeOnly: false, form: 'import', clause: '* as z' }],
    [
      "import type { X } from '../d.ts';",
      { target: 'src/d.ts', isFile: true, typeOnly: true, form: 'import', clause: '{ X }' },
    ],
    [
      "import { type X } from 'a';",
      { target: 'a', isFile: false, typeOnly: false, form: 'import', clause: '{ type X }' },
    ],
    [
      "import x, { y } from '@s/p/deep/file.js';",
      { target: '@s/p', isFile: false, typeOnly: false, form: 'import', clause: 'x, { y }' },
    ],
    ["import 'side-effect';", { target: 'side-effect', isFile: false, typeOnly: false, form: 'import', clause: '' }],
    [
      "import {\n  a,\n  b,\n} from 'node:path';",
      { target: 'node:path', isFile: false, typeOnly: false, form: 'import', clause: '{\n  a,\n  b,\n}' },
    ],
    [
      "export { x } from './c.ts';",
      { target: 'src/a/c.ts', isFile: true, typeOnly: false, form: 'export', clause: '{ x }' },
    ],
    ["export * from './c.ts';", { target: 'src/a/c.ts', isFile: true, typeOnly: false, form: 'export', clause: '*' }],
    [
      "export * as c from './c.ts';",
      { target: 'src/a/c.ts', isFile: true, typeOnly: false, form: 'export', clause: '* as c' },
    ],
    [
      "export type { X } from './c.ts';",
      { target: 'src/a/c.ts', isFile: true, typeOnly: true, form: 'export', clause: '{ X }' },
    ],
    ["const x = await import('zod');", { target: 'zod', isFile: false, typeOnly: false, form: 'dynamic', clause: '' }],
  ])('reads %s', (source, expected) => {
    expect(importsOf(source)).toEqual([expected]);
  });

  it.each([
    "// import { x } from 'zod';",
    "/* import 'zod' */",
    'const text = "import x from \'zod\'";',
    "const text = `import x from 'zod'`;",
    "export const x = 'zod';",
    "export const from = 'zod';",
    "const re = /import 'zod'/;",
  ])('sees no import in %s', (source) => {
    expect(importsOf(source)).toEqual([]);
  });

  it('goes on reading after templates, expressions inside them and regular expressions with quotes', () => {
    const source = [
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source code to be scanned
      "const a = `one ${f({ b: `two ${c} '` })} three`;",
      'const r = /[\'"`/]+/g.test(a) ? 4 / 2 : b[0] / c;',
      "import { x } from 'late';",
    ].join('\n');
    expect(importsOf(source).map(({ target }) => target)).toEqual(['late']);
    expect(scanSource(source).strings.map(({ text }) => text)).toEqual([
      'one ',
      'two ',
      " '",
      ' three',
      '/[\'"`/]+/g',
      'late',
    ]);
  });

  it('counts lines as an editor does and knows where strings and comments stand', () => {
    const scanned = scanSource("/*\n two\n*/\nconst a = `x\ny`;\nconst b = 'z'; // end\n");
    expect(scanned.lines).toBe(6);
    expect(scanned.strings).toEqual([
      { text: 'x\ny', line: 4 },
      { text: 'z', line: 6 },
    ]);
    expect(scanned.comments).toEqual([
      { text: '/*\n two\n*/', line: 1 },
      { text: '// end', line: 6 },
    ]);
    expect(scanned.code.split('\n')).toHaveLength(7);
  });
});

describe('what a file reaches', () => {
  const repository = repositoryOf({
    'a.ts': "import './b.ts';\nimport type { T } from './types.ts';",
    'b.ts': "import './c.ts';\nimport './a.ts';",
    'c.ts': "import { d } from 'deep';",
    'types.ts': "import 'not-at-run-time';",
  });

  it('is given with the shortest way to it, through cycles and without types', () => {
    expect(Object.fromEntries(reachedFrom(repository, 'a.ts'))).toEqual({
      'b.ts': 'a.ts > b.ts',
      'c.ts': 'a.ts > b.ts > c.ts',
      deep: 'a.ts > b.ts > c.ts > deep',
    });
  });
});
