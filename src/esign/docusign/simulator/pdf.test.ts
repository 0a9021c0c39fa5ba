import { deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { writePdf } from './pdf.ts';
import { readPdfText } from './pdf-text.ts';
import { SMALL_PDF } from './test-stand.ts';
import { writeZip } from './zip.ts';

test('the cross-reference table of a written PDF points at its objects', () => {
  const file = Buffer.from(writePdf([['Page one'], ['Page (two)']])).toString('latin1');
  const table = file.slice(Number(/startxref\n(\d+)/.exec(file)?.[1]));
  const offsets = [...table.matchAll(/^(\d{10}) 00000 n/gm)].map((match) => Number(match[1]));
  expect(offsets.map((offset) => file.slice(offset, offset + 7))).toEqual([
    '1 0 obj',
    '2 0 obj',
    '3 0 obj',
    '4 0 obj',
    '5 0 obj',
    '6 0 obj',
    '7 0 obj',
  ]);
  expect(file).toContain('(Page \\(two\\)) Tj');
  expect(file).toContain('/Count 2');
});

test('what was written is read again, long lines broken and foreign letters replaced', () => {
  const text = readPdfText(writePdf([['Ärger (sehr)', '合同', 'x'.repeat(100)]]));
  expect(text).toBe(`Ärger (sehr)\n??\n${'x'.repeat(96)}\nxxxx`);
});

test('text in pieces, in hexadecimal and in compressed streams is found', () => {
  expect(readPdfText(Buffer.from(SMALL_PDF))).toBe('Our own agreement\nSign here: /sig1/');
  const content = deflateSync('BT <48656C6C6F> Tj (\\050deep\\051) Tj ET');
  const compressed = Buffer.concat([
    Buffer.from(`%PDF-1.4\n1 0 obj\n<< /Filter /FlateDecode /Length ${content.length} >>\nstream\n`),
    content,
    Buffer.from('\nendstream\nendobj\n'),
  ]);
  expect(readPdfText(compressed)).toBe('Hello\n(deep)');
});

test('bytes that are no PDF have no text and throw nothing', () => {
  expect(readPdfText(Buffer.from('stream\nendstream FlateDecode stream\n'))).toBe('');
});

test('a ZIP has a header per file, a directory and an end, with lengths and check sums', () => {
  const archive = Buffer.from(writeZip([{ name: 'a.txt', bytes: Buffer.from('alpha') }]));
  // CRC-32 of "alpha" is d0e0396a; every number is little-endian (APPNOTE.TXT 4.3.7, 4.3.12, 4.3.16).
  expect(archive.toString('hex').match(/.{1,64}/g)).toEqual([
    '504b0304140000080000000021006a39e0d0050000000500000005000000612e',
    '747874616c706861504b01021400140000080000000021006a39e0d005000000',
    '05000000050000000000000000000000000000000000612e747874504b050600',
    '0000000100010033000000280000000000',
  ]);
});
