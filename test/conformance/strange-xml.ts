const STRANGE: readonly string[] = [
  '',
  ' ',
  'x',
  '-1',
  '1.5',
  '1e308',
  '9'.repeat(400),
  '__proto__',
  'null',
  "' OR Name != '",
  '../../x',
  '<x/>',
  '<x><y>z</y></x>',
  '<![CDATA[<x>&]]>',
  '<!-- x -->',
  '&lt;x&gt;',
  '&x;',
  '&#0;',
  '&',
  '<',
  '>',
  '"',
  '\u0000',
  '\u{1f600}',
  'y'.repeat(10_000),
];

/**
 * Copies of a message, each with one thing wrong: a text or an attribute replaced by something strange, an element left
 * out, doubled, emptied or renamed, a namespace changed. For messages without comments and CDATA sections.
 */
export function* strangeXml(message: string): Generator<string> {
  yield* STRANGE;
  const replaced = (start: number, end: number, by: string) => message.slice(0, start) + by + message.slice(end);
  for (const text of message.matchAll(/>([^<]+)</g)) {
    for (const strange of STRANGE) yield replaced(text.index + 1, text.index + 1 + (text[1] ?? '').length, strange);
  }
  for (const attribute of message.matchAll(/ [\w:]+="([^"]*)"/g)) {
    const end = attribute.index + attribute[0].length;
    const start = end - 1 - (attribute[1] ?? '').length;
    for (const strange of STRANGE) yield replaced(start, end - 1, strange);
    yield replaced(attribute.index, end, '');
    yield replaced(end, end, attribute[0]);
  }
  for (const { start, end, opening, closing } of elementsOf(message)) {
    const element = message.slice(start, end);
    yield replaced(start, end, '');
    yield replaced(start, end, element + element);
    yield replaced(start, end, `<x:y xmlns:x="urn:x">${element}</x:y>`);
    yield replaced(start, end, element.replace(/^<[\w:]+/, '$& xmlns="urn:x"'));
    yield replaced(start, end, element.replace(/^<([\w:]+)/, '<x$1'));
    yield replaced(start, end, element.slice(0, opening));
    if (closing > 0) yield replaced(start, end, element.slice(0, opening) + element.slice(-closing));
    if (closing > 0) yield replaced(end - closing, end, '');
  }
}

/** Where every element begins and ends, and how long its tags are; a closing tag of 0 for an empty element. */
function elementsOf(message: string): readonly { start: number; end: number; opening: number; closing: number }[] {
  const elements: { start: number; end: number; opening: number; closing: number }[] = [];
  const open: { start: number; opening: number }[] = [];
  for (const { 0: tag, index: start } of message.matchAll(/<[^?!][^>]*>/g)) {
    const end = start + tag.length;
    if (tag.endsWith('/>')) elements.push({ start, end, opening: tag.length, closing: 0 });
    else if (!tag.startsWith('</')) open.push({ start, opening: tag.length });
    else {
      const begun = open.pop();
      if (begun !== undefined) elements.push({ ...begun, end, closing: tag.length });
    }
  }
  return elements;
}
