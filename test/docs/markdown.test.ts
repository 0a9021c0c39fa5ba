import { describe, expect, it } from 'vitest';
import { anchors, codeBlocks, npmScripts, relativeLinks, stagepostCommands } from './markdown.ts';

const TEXT = [
  '# Once, and not twice',
  'Run `npm run test:all`, `npm start` or `npm test`; [more](docs/a.md#top) at [site](https://example.com).',
  '```sh',
  '# not a heading',
  'npx stagepost config check x.yaml',
  'npm run build',
  '```',
  '## Items & keys',
].join('\n');

describe('reading Markdown', () => {
  it('finds scripts, commands, links, headings and blocks', () => {
    expect(npmScripts(TEXT)).toEqual(['test:all', 'start', 'test', 'build']);
    expect(stagepostCommands(TEXT)).toEqual(['config']);
    expect(relativeLinks(TEXT)).toEqual(['docs/a.md#top']);
    expect(anchors(TEXT)).toEqual(['once-and-not-twice', 'items--keys']);
    expect(codeBlocks(TEXT)).toEqual([
      { language: 'sh', code: '# not a heading\nnpx stagepost config check x.yaml\nnpm run build\n' },
    ]);
  });
});
