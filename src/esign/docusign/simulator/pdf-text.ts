import { constants, inflateSync } from 'node:zlib';

function contentStreams(file: Buffer): string[] {
  const text = file.toString('latin1');
  const found: string[] = [];
  for (const match of text.matchAll(/stream\r?\n/g)) {
    if (text.slice(match.index - 3, match.index) === 'end') continue;
    const start = match.index + match[0].length;
    const end = text.indexOf('endstream', start);
    if (end < 0) break;
    const dictionary = text.slice(text.lastIndexOf('obj', match.index), match.index);
    if (!dictionary.includes('/FlateDecode')) {
      found.push(text.slice(start, end));
      continue;
    }
    try {
      found.push(inflateSync(file.subarray(start, end), { finishFlush: constants.Z_SYNC_FLUSH }).toString('latin1'));
    } catch {
      // Not text, or filtered twice: a person could not search it either.
    }
  }
  return found;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

function literal(raw: string): string {
  return raw.replace(/\\(?:([0-7]{1,3})|(\r?\n)|(.))/gs, (_, octal?: string, newline?: string, plain?: string) => {
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
    if (newline !== undefined) return '';
    return ESCAPES[plain ?? ''] ?? plain ?? '';
  });
}

function hexadecimal(raw: string): string {
  return Buffer.from(raw.replace(/\s/g, ''), 'hex').toString('latin1');
}

const SHOWN = /\(((?:\\[\s\S]|[^\\()])*)\)|<([0-9A-Fa-f\s]+)>|(\bTj|\bTJ|['"]|\bT\*|\bET)/g;

/**
 * The text that a PDF shows, a line per text operator: simple fonts only, from plain and Flate streams.
 * Good enough to look for anchor strings; not a renderer.
 */
export function readPdfText(bytes: Uint8Array): string {
  return contentStreams(Buffer.from(bytes))
    .flatMap((content) => {
      const lines: string[] = [];
      let line = '';
      for (const [, text, hex, operator] of content.matchAll(SHOWN)) {
        if (text !== undefined) line += literal(text);
        else if (hex !== undefined) line += hexadecimal(hex);
        else if (operator !== undefined && line !== '') {
          lines.push(line);
          line = '';
        }
      }
      return line === '' ? lines : [...lines, line];
    })
    .join('\n');
}
