import { XMLParser } from 'fast-xml-parser';
import { type XmlProblem, xmlProblem } from './xml-scan.ts';

export interface XmlElement {
  /** Without its prefix. */
  readonly name: string;
  /** Empty for an element that is in none. */
  readonly namespace: string;
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly XmlElement[];
  /** Its own text, entities decoded, the text of its children left out. */
  readonly text: string;
  /** The element as it stands in the message. */
  readonly source: string;
  /** The namespace that a prefix means here (the empty one: the default), for values that are names. */
  namespaceOf(prefix: string): string | undefined;
}

export interface XmlAttribute {
  readonly name: string;
  /** Empty for an attribute without a prefix, whatever the default namespace is. */
  readonly namespace: string;
  readonly value: string;
}

export type XmlReading =
  | { readonly ok: true; readonly root: XmlElement }
  | { readonly ok: false; readonly code: XmlProblem['code'] | 'xml.namespace'; readonly sentence: string };

const TEXT = '#text';
const CDATA = '#cdata';
const ATTRIBUTES = ':@';
const ATTRIBUTE_PREFIX = '@';
/** Namespaces that need no declaration ("Namespaces in XML 1.0"). */
const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace';

/** A node as the library gives it: its name, which holds the children, beside its attributes. */
type RawNode = Readonly<Record<string | symbol, unknown>>;

/** Declarations of one element, and those around it. */
interface Scope {
  readonly declared: ReadonlyMap<string, string>;
  readonly outer: Scope | undefined;
}

/** Reads hostile XML: never throws, expands nothing that the message itself declares, resolves every prefix. */
export function readXml(text: string): XmlReading {
  const trimmed = text.trim();
  const problem = xmlProblem(trimmed);
  if (problem !== undefined) return { ok: false, ...problem };
  const raw = rawTree(trimmed);
  if (raw === undefined) {
    return { ok: false, code: 'xml.broken', sentence: 'the message has an element with a name that is not read here' };
  }
  const undeclared = new Set<string>();
  const root = elementOf(raw, undefined, { text: trimmed, undeclared });
  if (undeclared.size === 0) return { ok: true, root };
  const [prefix = ''] = undeclared;
  const sentence = `the message uses the prefix "${prefix.slice(0, 40)}" without saying which namespace it means`;
  return { ok: false, code: 'xml.namespace', sentence };
}

/** The library refuses some names that mean something to JavaScript. */
function rawTree(text: string): RawNode | undefined {
  const parser = new XMLParser({
    preserveOrder: true,
    processEntities: false,
    parseTagValue: false,
    parseAttributeValue: false,
    trimValues: false,
    ignoreAttributes: false,
    ignoreDeclaration: true,
    attributeNamePrefix: ATTRIBUTE_PREFIX,
    textNodeName: TEXT,
    cdataPropName: CDATA,
    captureMetaData: true,
    jPath: false,
  });
  try {
    const nodes: unknown = parser.parse(text);
    return Array.isArray(nodes) ? nodes.find((node: RawNode) => !(TEXT in node)) : undefined;
  } catch {
    return undefined;
  }
}

/** Recursion is safe here: nesting was limited before. */
function elementOf(
  node: RawNode,
  outer: Scope | undefined,
  message: { text: string; undeclared: Set<string> },
): XmlElement {
  const given = Object.entries((node[ATTRIBUTES] ?? {}) as Record<string, string>).map(
    ([name, value]) => [name.slice(ATTRIBUTE_PREFIX.length), decoded(value)] as const,
  );
  const isDeclaration = (name: string) => name === 'xmlns' || name.startsWith('xmlns:');
  const declared = new Map(given.filter(([name]) => isDeclaration(name)).map(([name, uri]) => [name.slice(6), uri]));
  const scope: Scope = declared.size === 0 && outer !== undefined ? outer : { declared, outer };
  const resolved = (prefix: string): string => {
    const namespace = lookUp(prefix, scope);
    if (namespace === undefined) message.undeclared.add(prefix);
    return namespace ?? '';
  };
  const tag = Object.keys(node).find((key) => key !== ATTRIBUTES) ?? '';
  const inside = node[tag] as readonly RawNode[];
  const [prefix, name] = splitName(tag);
  return {
    name,
    namespace: resolved(prefix),
    attributes: given
      .filter(([name]) => !isDeclaration(name))
      .map(([qualified, value]) => {
        const [prefix, name] = splitName(qualified);
        return { name, namespace: prefix === '' ? '' : resolved(prefix), value };
      }),
    children: inside.filter((each) => !(TEXT in each || CDATA in each)).map((each) => elementOf(each, scope, message)),
    text: inside.map(textOf).join(''),
    source: sourceOf(node, message.text),
    namespaceOf: (prefix) => lookUp(prefix, scope),
  };
}

function lookUp(prefix: string, scope: Scope): string | undefined {
  if (prefix === 'xml') return XML_NAMESPACE;
  for (let at: Scope | undefined = scope; at !== undefined; at = at.outer) {
    const namespace = at.declared.get(prefix);
    if (namespace !== undefined) return namespace === '' && prefix !== '' ? undefined : namespace;
  }
  return prefix === '' ? '' : undefined;
}

export function splitName(qualified: string): readonly [prefix: string, name: string] {
  const colon = qualified.indexOf(':');
  return colon < 0 ? ['', qualified] : [qualified.slice(0, colon), qualified.slice(colon + 1)];
}

function textOf(node: RawNode): string {
  const text = node[TEXT];
  if (typeof text === 'string') return decoded(text);
  const cdata = node[CDATA];
  return Array.isArray(cdata) ? cdata.map((each: RawNode) => String(each[TEXT])).join('') : '';
}

function sourceOf(node: RawNode, text: string): string {
  const place = node[XMLParser.getMetaDataSymbol() as symbol] as { startIndex?: number; endIndex?: number } | undefined;
  return text.slice(place?.startIndex ?? 0, place?.endIndex ?? text.length);
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The five named and the numeric entities, once; there are no others, see xml-scan.ts. */
function decoded(text: string): string {
  return text.replace(/&(?:#x([0-9a-fA-F]+)|#(\d+)|(\w+));/g, (_, hex?: string, decimal?: string, name?: string) => {
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    return NAMED[name ?? ''] ?? '';
  });
}
