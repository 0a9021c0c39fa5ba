/** A fenced block of a Markdown text. */
export interface CodeBlock {
  readonly language: string;
  readonly code: string;
}

export function codeBlocks(markdown: string): readonly CodeBlock[] {
  return [...markdown.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language = '', code = '']) => ({
    language,
    code,
  }));
}

/** Targets of links that are not addresses: `docs/guarantees.md`, `architecture.md#once-and-not-twice`. */
export function relativeLinks(markdown: string): readonly string[] {
  return [...markdown.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** Anchors of the headings, as GitHub makes them. */
export function anchors(markdown: string): readonly string[] {
  return headings(markdown).map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

export function headings(markdown: string): readonly string[] {
  const text = markdown.replace(/^```[\s\S]*?^```$/gm, '');
  return [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => heading.trim());
}

/** Names of scripts that the text tells people to run: `npm run demo`, `npm start`, `npm test`. */
export function npmScripts(markdown: string): readonly string[] {
  const found = [...markdown.matchAll(/\bnpm (?:run ([a-z][\w:-]*)|(start|test)\b)/g)];
  return [...new Set(found.map(([, script, short]) => script ?? short ?? ''))];
}

/** First words after `npx stagepost`: `deals`, `config`. */
export function stagepostCommands(markdown: string): readonly string[] {
  return [...new Set([...markdown.matchAll(/\bnpx stagepost ([a-z]+)/g)].map(([, command = '']) => command))];
}
