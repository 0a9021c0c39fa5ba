import { describe, expect, it } from 'vitest';
import { readXml, type XmlElement } from './xml-tree.ts';

function rootOf(text: string): XmlElement {
  const reading = readXml(text);
  if (!reading.ok) throw new Error(`${reading.code}: ${reading.sentence}`);
  return reading.root;
}
const codeOf = (text: string) => {
  const reading = readXml(text);
  return reading.ok ? 'read' : reading.code;
};

describe('XML that is read', () => {
  it.each([
    ['plain text', '<a>b</a>', 'b'],
    ['numbers as text', '<a>006</a>', '006'],
    ['spaces', '<a> b </a>', ' b '],
    ['the five named entities', '<a>&amp;&lt;&gt;&quot;&apos;</a>', '&<>"\''],
    ['numeric entities', '<a>&#65;&#x42;&#x1F600;</a>', 'AB😀'],
    ['an entity once', '<a>&amp;lt;</a>', '&lt;'],
    ['CDATA as it is', '<a>x<![CDATA[<b>&amp;]]>y</a>', 'x<b>&amp;y'],
    ['empty CDATA', '<a><![CDATA[]]></a>', ''],
    ['text around a comment', '<a>0<!-- & <c> -->06</a>', '006'],
    ['text around a child', '<a>x<b>y</b>z</a>', 'xz'],
    ['an empty element', '<a/>', ''],
    ['line ends of Windows', '<a>x\r\ny</a>', 'x\ny'],
    ['a declaration', '<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<!-- c --><a>b</a>\n<!-- d -->', 'b'],
    ['spaces around the root', ' \n<a>b</a > \n', 'b'],
    ['names that mean something', '<a><toString>x</toString><__proto__:x xmlns:__proto__="u"/>b</a>', 'b'],
  ])('gives %s', (_what, text, words) => {
    expect(rootOf(text).text).toBe(words);
  });

  it('resolves prefixes and defaults, each where it is declared', () => {
    const root = rootOf(
      '<p:a xmlns:p="one" xmlns="two" p:x="1" y="2"><b/><p:c xmlns:p="three"><p:d/></p:c><p:e/><f xmlns=""><g/></f></p:a>',
    );
    const namesOf = ({ name, namespace, children }: XmlElement): unknown => [name, namespace, children.map(namesOf)];
    expect(namesOf(root)).toEqual([
      'a',
      'one',
      [
        ['b', 'two', []],
        ['c', 'three', [['d', 'three', []]]],
        ['e', 'one', []],
        ['f', '', [['g', '', []]]],
      ],
    ]);
    expect(root.attributes).toEqual([
      { name: 'x', namespace: 'one', value: '1' },
      { name: 'y', namespace: '', value: '2' },
    ]);
    expect(root.children[1]?.namespaceOf('p')).toBe('three');
    expect(root.children[1]?.namespaceOf('')).toBe('two');
    expect(root.children[1]?.namespaceOf('q')).toBeUndefined();
  });

  it('decodes attributes, those that declare namespaces too', () => {
    const root = rootOf(`<a xmlns="u&amp;v" b='"&lt;'/>`);
    expect(root.namespace).toBe('u&v');
    expect(root.attributes).toEqual([{ name: 'b', namespace: '', value: '"<' }]);
  });

  it('keeps each element as it stands in the message', () => {
    expect(rootOf('<a>\r\n<b  c="1">x</b>\r\n<d/></a>').children.map(({ source }) => source)).toEqual([
      '<b  c="1">x</b>',
      '<d/>',
    ]);
  });

  it('allows 30 levels', () => {
    expect(codeOf('<a>'.repeat(30) + '</a>'.repeat(30))).toBe('read');
    expect(codeOf('<a>'.repeat(31) + '</a>'.repeat(31))).toBe('xml.too-deep');
  });
});

describe('XML that is refused', () => {
  const BILLION_LAUGHS =
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]><l>&c;</l>';

  it.each([
    ['a document type', '<!DOCTYPE a><a/>', 'xml.doctype'],
    ['a document type in small letters', '<!doctype a><a/>', 'xml.doctype'],
    ['a document type inside', '<a><!DOCTYPE a></a>', 'xml.doctype'],
    ['a billion laughs', BILLION_LAUGHS, 'xml.doctype'],
    ['a file of the server', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', 'xml.doctype'],
    ['an entity on its own', '<a><!ENTITY b "c"></a>', 'xml.doctype'],
    ['an entity that is none', '<a>&nbsp;</a>', 'xml.broken'],
    ['an entity that is none, in an attribute', '<a b="&c;"/>', 'xml.broken'],
    ['an entity without an end', '<a>&amp</a>', 'xml.broken'],
    ['a bare ampersand', '<a>b & c</a>', 'xml.broken'],
    ['the character zero', '<a>&#0;</a>', 'xml.broken'],
    ['half a surrogate', '<a>&#xD800;</a>', 'xml.broken'],
    ['a character beyond Unicode', '<a>&#x110000;</a>', 'xml.broken'],
    ['a control character', '<a>\u0001</a>', 'xml.broken'],
    ['a processing instruction', '<?php x?><a/>', 'xml.broken'],
    ['a processing instruction inside', '<a><?xml-stylesheet href="x"?></a>', 'xml.broken'],
    ['a declaration in a wrong place', '<a/><?xml version="1.0"?>', 'xml.broken'],
    ['another encoding', '<?xml version="1.0" encoding="ISO-8859-1"?><a/>', 'xml.broken'],
    ['UTF-16 that is none', `<?xml version="1.0" encoding='UTF-16'?><a/>`, 'xml.broken'],
    ['nothing', '', 'xml.broken'],
    ['no element', '<?xml version="1.0"?><!-- a -->', 'xml.broken'],
    ['text before the root', 'x<a/>', 'xml.broken'],
    ['text behind the root', '<a/>x', 'xml.broken'],
    ['CDATA behind the root', '<a/><![CDATA[x]]>', 'xml.broken'],
    ['two roots', '<a/><b/>', 'xml.broken'],
    ['a missing end', '<a><b></b>', 'xml.broken'],
    ['a wrong end', '<a></b>', 'xml.broken'],
    ['an end with another prefix', '<p:a xmlns:p="u" xmlns:q="u"></q:a>', 'xml.broken'],
    ['ends that cross', '<a><b></a></b>', 'xml.broken'],
    ['an end too many', '<a></a></a>', 'xml.broken'],
    ['a cut-off tag', '<a><b', 'xml.broken'],
    ['a cut-off comment', '<a><!-- b</a>', 'xml.broken'],
    ['a comment that ends where it begins', '<a><!--></a>', 'xml.broken'],
    ['a cut-off CDATA section', '<a><![CDATA[b</a>', 'xml.broken'],
    ['an attribute without quotes', '<a b=c/>', 'xml.broken'],
    ['an attribute without a value', '<a b/>', 'xml.broken'],
    ['an attribute that stands twice', '<a b="1" b="2"/>', 'xml.broken'],
    ['attributes without a space', '<a b="1"c="2"/>', 'xml.broken'],
    ['a bracket in an attribute', '<a b="<"/>', 'xml.broken'],
    ['a name that is none', '<1a/>', 'xml.broken'],
    ['a name with two colons', '<a:b:c xmlns:a="u"/>', 'xml.broken'],
    ['a name that means something', '<__proto__><a/></__proto__>', 'xml.broken'],
    ['another name that means something', '<a><constructor><prototype/></constructor></a>', 'xml.broken'],
    ['an unknown prefix', '<p:a/>', 'xml.namespace'],
    ['an unknown prefix of an attribute', '<a p:b="c"/>', 'xml.namespace'],
    ['a prefix that was taken back', '<p:a xmlns:p="u"><p:b xmlns:p=""/></p:a>', 'xml.namespace'],
    ['a prefix that is no longer declared', '<a><b xmlns:p="u"/><p:c/></a>', 'xml.namespace'],
    ['the prefix of the declarations', '<xmlns:a/>', 'xml.namespace'],
  ])('because of %s', (_what, text, code) => {
    expect(codeOf(text)).toBe(code);
    expect(({} as { a?: unknown }).a).toBeUndefined();
  });

  it.each([
    ['100,000 levels', '<a>'.repeat(100_000) + '</a>'.repeat(100_000), 'xml.too-deep'],
    ['100,000 levels that never end', '<a>'.repeat(100_000), 'xml.too-deep'],
    ['a long name', `<${'a'.repeat(600_000)}`, 'xml.broken'],
    ['a long name of an attribute', `<a ${'b'.repeat(600_000)}`, 'xml.broken'],
    ['spaces in a tag', `<a${' '.repeat(600_000)}b`, 'xml.broken'],
    ['openings', '<'.repeat(600_000), 'xml.broken'],
    ['comments that do not end', `<a>${'<!--'.repeat(150_000)}`, 'xml.broken'],
    ['ampersands', `<a>${'&'.repeat(600_000)}</a>`, 'xml.broken'],
    ['100,000 children', `<a>${'<b/>'.repeat(100_000)}</a>`, 'read'],
    ['20,000 attributes', `<a ${Array.from({ length: 20_000 }, (_, at) => `b${at}="c"`).join(' ')}/>`, 'read'],
    [
      'declarations that all children inherit',
      `<a ${Array.from({ length: 15_000 }, (_, at) => `xmlns:b${at}="c"`).join(' ')}>${'<d xmlns:e="f"/>'.repeat(15_000)}</a>`,
      'read',
    ],
  ])('or read, but quickly in any case: %s', (_what, text, code) => {
    expect(codeOf(text)).toBe(code);
  });
});
