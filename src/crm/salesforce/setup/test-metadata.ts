import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { ApiSchemas } from 'jsforce/lib/api/metadata/schema.js';

type Props = Readonly<Record<string, string | readonly string[]>>;
interface Schema {
  readonly props: Props;
  readonly extends?: string;
}

/**
 * Elements that are newer than the WSDL behind jsforce's schema, from the pages of the Metadata API Developer Guide:
 * "Flow", "NamedCredential", "ExternalCredential", "EventRelayConfig", "PermissionSet".
 */
const NEWER: Readonly<Record<string, Schema>> = {
  Flow: { props: { apiVersion: '?number', environments: ['string'] } },
  FlowActionCall: { props: { flowTransactionModel: '?string', nameSegment: '?string' } },
  FlowStart: { props: { filterFormula: '?string', recordTriggerType: '?string' } },
  PermissionSet: { props: { externalCredentialPrincipalAccesses: ['ExternalCredentialPrincipalAccess'] } },
  ExternalCredentialPrincipalAccess: { props: { enabled: 'boolean', externalCredentialPrincipal: 'string' } },
  NamedCredential: {
    props: {
      calloutStatus: '?string',
      namedCredentialParameters: ['NamedCredentialParameter'],
      namedCredentialType: '?string',
      // Required by the WSDL, and only of the kind that is called "legacy" today.
      principalType: '?string',
      protocol: '?string',
    },
  },
  NamedCredentialParameter: {
    props: {
      externalCredential: '?string',
      parameterName: 'string',
      parameterType: 'string',
      parameterValue: '?string',
      sequenceNumber: '?number',
    },
  },
  ExternalCredential: {
    props: {
      authenticationProtocol: 'string',
      description: '?string',
      externalCredentialParameters: ['ExternalCredentialParameter'],
      label: 'string',
    },
    extends: 'Metadata',
  },
  ExternalCredentialParameter: {
    props: {
      description: '?string',
      parameterGroup: '?string',
      parameterName: 'string',
      parameterType: 'string',
      parameterValue: '?string',
      sequenceNumber: '?number',
    },
  },
  EventRelayConfig: {
    props: {
      destinationResourceName: 'string',
      eventChannel: 'string',
      label: '?string',
      relayOption: '?string',
      state: '?string',
    },
    extends: 'Metadata',
  },
};

/** Types of which jsforce's schema knows nothing at all: only our own reading of the pages stands behind them. */
export const UNCOVERED_TYPES: readonly string[] = Object.keys(NEWER).filter((name) => wsdlOf(name) === undefined);

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  ignoreDeclaration: true,
  parseTagValue: false,
  trimValues: false,
});

interface Element {
  readonly name: string;
  readonly children: readonly Element[];
  readonly text: string;
  readonly xmlns: string | undefined;
}

/** The root of a metadata file; throws for what is not well-formed. */
export function parseMetadata(xml: string): Element {
  const valid = XMLValidator.validate(xml);
  if (valid !== true) throw new Error(`line ${valid.err.line}: ${valid.err.msg}`);
  const [root] = elementsOf(parser.parse(xml));
  if (root === undefined) throw new Error('there is no root element');
  return root;
}

/** Texts of the elements on this path, below the root: `start/object`. */
export function textsAt(xml: string, path: string): readonly string[] {
  const steps = path.split('/');
  const found = steps.reduce<readonly Element[]>(
    (all, step) => all.flatMap(({ children }) => children.filter(({ name }) => name === step)),
    [parseMetadata(xml)],
  );
  return found.map(({ text }) => text);
}

/** Everything about the file that the schema of its type does not allow, as sentences. */
export function problemsOf(xml: string): readonly string[] {
  const root = parseMetadata(xml);
  const namespace = 'http://soap.sforce.com/2006/04/metadata';
  const wrongNamespace = root.xmlns === namespace ? [] : [`${root.name} is not in ${namespace}`];
  return [...wrongNamespace, ...check(root, root.name)];
}

function check(element: Element, type: string): readonly string[] {
  const props = propsOf(type);
  if (props === undefined) return [`${type} is no type`];
  const names = Object.keys(props);
  const problems: string[] = [];
  for (const [name, kind] of Object.entries(props)) {
    const given = element.children.filter((child) => child.name === name);
    const isList = Array.isArray(kind);
    if (!isList && given.length > 1) problems.push(`${type} has ${name} ${given.length} times`);
    if (!isList && given.length === 0 && !String(kind).startsWith('?')) problems.push(`${type} lacks ${name}`);
    for (const each of given)
      problems.push(...checkValue(each, (isList ? String(kind[0]) : String(kind)).replace('?', '')));
  }
  const unknown = element.children.filter(({ name }) => !names.includes(name));
  problems.push(...unknown.map(({ name }) => `${type} knows no ${name}`));
  const order = element.children.map(({ name }) => names.indexOf(name)).filter((at) => at >= 0);
  if (order.some((at, index) => at < (order[index - 1] ?? 0))) problems.push(`${type} has its elements out of order`);
  return problems;
}

function checkValue(element: Element, kind: string): readonly string[] {
  const { name, text, children } = element;
  if (!['string', 'number', 'boolean'].includes(kind)) return check(element, kind);
  if (children.length > 0) return [`${name} is no ${kind}`];
  if (kind === 'boolean' && !/^(?:true|false)$/.test(text)) return [`${name} is no boolean: ${text}`];
  if (kind === 'number' && !/^\d+(?:\.\d+)?$/.test(text)) return [`${name} is no number: ${text}`];
  return text === '' ? [`${name} is empty`] : [];
}

/** What the type inherits comes first, and its own in the order of the alphabet: the order of the WSDL. */
function propsOf(type: string): Props | undefined {
  const wsdl = wsdlOf(type);
  const newer = NEWER[type];
  const parent = wsdl?.extends ?? newer?.extends;
  if (wsdl === undefined && newer === undefined) return undefined;
  const own = Object.entries({ ...wsdl?.props, ...newer?.props }).sort(([a], [b]) => (a < b ? -1 : 1));
  return { ...(parent === undefined ? {} : propsOf(parent)), ...Object.fromEntries(own) };
}

function wsdlOf(type: string): Schema | undefined {
  const schemas = ApiSchemas as unknown as Readonly<Record<string, Schema>>;
  return Object.hasOwn(schemas, type) ? schemas[type] : undefined;
}

function elementsOf(nodes: unknown): readonly Element[] {
  if (!Array.isArray(nodes)) return [];
  return nodes.flatMap((node: Readonly<Record<string, unknown>>): Element[] => {
    const name = Object.keys(node).find((key) => key !== ':@' && key !== '#text');
    if (name === undefined) return [];
    const content = node[name];
    const attributes = node[':@'] as Readonly<Record<string, string>> | undefined;
    const texts = Array.isArray(content) ? content.map((each) => String(each['#text'] ?? '')) : [];
    return [{ name, children: elementsOf(content), text: texts.join(''), xmlns: attributes?.['@_xmlns'] }];
  });
}
