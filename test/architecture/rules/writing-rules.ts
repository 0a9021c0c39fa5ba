import type { Repository, SourceFile } from '../imports.ts';
import { isTest, productionFiles, type Rule } from './rule.ts';

/** `<path>:<line> <what>` for every line of the code that matches. */
function linesMatching(files: readonly SourceFile[], pattern: RegExp, what: (text: string) => string): string[] {
  return files.flatMap(({ path, code }) =>
    code.split('\n').flatMap((text, index) => {
      const found = pattern.exec(text)?.[0];
      return found === undefined ? [] : [`${path}:${index + 1} ${what(found)}`];
    }),
  );
}

/** Tools insist on a default export of their configuration. */
const isConfiguration = (path: string): boolean => /^[^/]+\.config\.ts$/.test(path);

export const noDefaultExports: Rule = {
  name: 'nothing is exported as default',
  check: (repository) =>
    linesMatching(
      [...repository.values()].filter(({ path }) => !isConfiguration(path)),
      /\bexport\s+default\b|\bas\s+default\b/,
      () => 'exports a default',
    ),
  example: {
    sources: {
      'src/a.ts': 'const a = 1;\nexport default a;\n',
      'src/b.ts': 'const b = 1;\nexport { b as default };\n',
      'src/c.ts': "// export default is forbidden\nexport const c = 'export default c';\n",
      'vitest.config.ts': 'export default {};\n',
    },
    says: ['src/a.ts:2 exports a default', 'src/b.ts:2 exports a default'],
  },
};

export const noBarrels: Rule = {
  name: 'nothing is exported a second time',
  check: (repository) =>
    [...repository.values()].flatMap(({ path, imports }) =>
      imports
        .filter(({ form }) => form === 'export')
        .map(({ specifier }) => `${path} re-exports ${specifier}: import it where it is made`),
    ),
  example: {
    sources: {
      'src/index.ts': "export * from './a.ts';\nexport type { B } from './b.ts';\nexport const c = 1;\n",
      'src/a.ts': "import { c } from './c.ts';\nexport const a = c;\n",
    },
    says: [
      'src/index.ts re-exports ./a.ts: import it where it is made',
      'src/index.ts re-exports ./b.ts: import it where it is made',
    ],
  },
};

/** Groups of files that import each other, types included: a cycle of types is still one thing cut in two. */
function cyclesOf(repository: Repository): readonly (readonly string[])[] {
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const cycles: string[][] = [];
  const visit = (path: string): void => {
    const mine = order.size;
    order.set(path, mine);
    low.set(path, mine);
    stack.push(path);
    for (const { target } of repository.get(path)?.imports ?? []) {
      if (!repository.has(target)) continue;
      if (!order.has(target)) {
        visit(target);
        low.set(path, Math.min(low.get(path) ?? mine, low.get(target) ?? mine));
      } else if (stack.includes(target)) {
        low.set(path, Math.min(low.get(path) ?? mine, order.get(target) ?? mine));
      }
    }
    if (low.get(path) !== mine) return;
    const group = stack.splice(stack.indexOf(path));
    const importsItself = repository.get(path)?.imports.some(({ target }) => target === path) === true;
    if (group.length > 1 || importsItself) cycles.push(group.sort());
  };
  for (const path of repository.keys()) if (!order.has(path)) visit(path);
  return cycles;
}

export const noCycles: Rule = {
  name: 'no files import each other in a circle',
  check: (repository) => cyclesOf(repository).map((group) => `in a circle: ${group.join(', ')}`),
  example: {
    sources: {
      'src/a.ts': "import './b.ts';\nimport './d.ts';",
      'src/b.ts': "import type { C } from './c.ts';",
      'src/c.ts': "import './a.ts';",
      'src/d.ts': "import './e.ts';",
      'src/e.ts': '',
      'src/f.ts': "import './f.ts';",
    },
    says: ['in a circle: src/a.ts, src/b.ts, src/c.ts', 'in a circle: src/f.ts'],
  },
};

export const zodAsNamespace: Rule = {
  name: 'zod is imported as a namespace: anything else ships all of it',
  check: (repository) =>
    [...repository.values()].flatMap(({ path, imports }) =>
      imports
        .filter(({ target, clause, form }) => target === 'zod' && form === 'import' && !/^\* as z$/.test(clause))
        .map(({ clause }) => `${path} imports ${clause} from zod; write import * as z from 'zod'`),
    ),
  example: {
    sources: {
      'src/a.ts': "import { z } from 'zod';",
      'src/b.ts': "import z from 'zod';",
      'src/c.ts': "import * as z from 'zod';",
      'src/d.ts': "import type * as z from 'zod';",
    },
    says: [
      "src/a.ts imports { z } from zod; write import * as z from 'zod'",
      "src/b.ts imports z from zod; write import * as z from 'zod'",
    ],
  },
};

const MOST_LINES = 400;

export const noLongFiles: Rule = {
  name: 'no file is longer than 400 lines',
  check: (repository) =>
    [...repository.values()]
      .filter(({ lines }) => lines > MOST_LINES)
      .map(({ path, lines }) => `${path} has ${lines} lines`),
  example: {
    sources: { 'src/short.ts': 'x\n'.repeat(400), 'src/long.ts': 'x\n'.repeat(401) },
    says: ['src/long.ts has 401 lines'],
  },
};

export const nothingLeftToDo: Rule = {
  name: 'no comment puts work off',
  check: (repository) =>
    [...repository.values()].flatMap(({ path, comments }) =>
      comments.flatMap(({ text, line }) => {
        const found = /\b(?:TODO|FIXME|XXX|HACK)\b/.exec(text)?.[0];
        return found === undefined ? [] : [`${path}:${line} says ${found}`];
      }),
    ),
  example: {
    sources: { 'src/a.ts': "const a = 'TODO in a text';\n// TODO: later\n/* one\n FIXME two */\n" },
    says: ['src/a.ts:2 says TODO', 'src/a.ts:3 says FIXME'],
  },
};

export const noSilentSkips: Rule = {
  name: 'no test is skipped without a reason, and none runs alone',
  check: (repository) =>
    [...repository.values()].flatMap(({ path, code, comments }) =>
      code.split('\n').flatMap((text, index) => {
        const found = /\b(?:it|test|describe)(?:\.\w+)*\.(skip|only|todo|fails)\b/.exec(text);
        if (found === null) return [];
        const line = index + 1;
        const hasReason = comments.some(
          (comment) => /skipped because \w/.test(comment.text) && (comment.line === line || comment.line === line - 1),
        );
        return found[1] === 'skip' && hasReason ? [] : [`${path}:${line} has ${found[0]}`];
      }),
    ),
  example: {
    sources: {
      'test/a.test.ts': [
        "it.skip('one', () => {});",
        '// skipped because the provider answers only on weekdays',
        "it.skip('two', () => {});",
        "describe.concurrent.only('three', () => {});",
        "it.todo('four');",
        "it.skipIf(noBrowser)('five', () => {});",
      ].join('\n'),
    },
    says: [
      'test/a.test.ts:1 has it.skip',
      'test/a.test.ts:4 has describe.concurrent.only',
      'test/a.test.ts:5 has it.todo',
    ],
  },
};

/** The edges of the house, where the real clock and real chance come in. */
const isEdge = (path: string): boolean =>
  ['src/platform/', 'src/wiring/', 'src/local/', 'src/cli/'].some((folder) => path.startsWith(folder)) || isTest(path);

export const timeIsAnArgument: Rule = {
  name: 'time, chance and the process environment are arguments',
  check: (repository) =>
    linesMatching(
      productionFiles(repository, 'src', 'functions').filter(({ path }) => !isEdge(path)),
      /\bDate\.now\b|\bnew Date\(\s*\)|\bMath\.random\b|\brandomUUID\b|\bprocess\.env\b/,
      (found) => `uses ${found}; take it as an argument`,
    ),
  example: {
    sources: {
      'src/flows/a.ts': 'const a = Date.now();\nconst b = new Date(atMs);\nconst c = new Date();\n',
      'src/store/b.ts': "const text = 'Math.random()';\nconst id = Math.random();\nconst v = process.env.X;\n",
      'src/platform/clock.ts': 'export const clock = () => Date.now();\n',
      'src/flows/a.test.ts': 'Date.now();\n',
    },
    says: [
      'src/flows/a.ts:1 uses Date.now; take it as an argument',
      'src/flows/a.ts:3 uses new Date(); take it as an argument',
      'src/store/b.ts:2 uses Math.random; take it as an argument',
      'src/store/b.ts:3 uses process.env; take it as an argument',
    ],
  },
};
