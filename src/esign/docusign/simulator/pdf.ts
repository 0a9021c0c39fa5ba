const LINES_PER_PAGE = 58;
const CHARACTERS_PER_LINE = 96;

function quote(line: string): string {
  const latin = [...line].map((character) => (character.charCodeAt(0) > 255 ? '?' : character)).join('');
  return latin.replace(/[\\()]/g, (character) => `\\${character}`).replace(/[\r\n\t]/g, ' ');
}

function wrap(line: string): string[] {
  const parts: string[] = [];
  for (let start = 0; start === 0 || start < line.length; start += CHARACTERS_PER_LINE) {
    parts.push(line.slice(start, start + CHARACTERS_PER_LINE));
  }
  return parts;
}

function paginate(sections: readonly (readonly string[])[]): string[][] {
  return sections.flatMap((section) => {
    const lines = section.flatMap(wrap);
    const pages: string[][] = [];
    for (let start = 0; start === 0 || start < lines.length; start += LINES_PER_PAGE) {
      pages.push(lines.slice(start, start + LINES_PER_PAGE));
    }
    return pages;
  });
}

/**
 * Writes a PDF of plain text: A4, Helvetica 10, uncompressed; every section starts a page, long lines and sections
 * are broken. Characters outside Latin-1 become question marks. (ISO 32000-1, sections 7.5 and 9.4.)
 */
export function writePdf(sections: readonly (readonly string[])[]): Uint8Array {
  const pages = paginate(sections.length === 0 ? [[]] : sections);
  const objects: string[] = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Count ${pages.length} /Kids [${pages.map((_, index) => `${4 + index * 2} 0 R`).join(' ')}] >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
  ];
  for (const [index, lines] of pages.entries()) {
    const shown = lines.map((line) => `(${quote(line)}) Tj T*`).join('\n');
    const content = `BT /F1 10 Tf 13 TL 50 790 Td\n${shown}\nET`;
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents ${5 + index * 2} 0 R >>`,
      `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    );
  }
  let file = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = file.length;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const crossReference = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  const tableAt = file.length;
  file += `xref\n0 ${size}\n0000000000 65535 f \n${crossReference}`;
  file += `trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${tableAt}\n%%EOF\n`;
  return Buffer.from(file, 'latin1');
}
