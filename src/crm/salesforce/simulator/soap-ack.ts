import { XMLParser } from 'fast-xml-parser';

const SOAP = 'http://schemas.xmlsoap.org/soap/envelope/';
const OUTBOUND = 'http://soap.sforce.com/2005/09/outbound';

type Node = Readonly<Record<string, unknown>>;

/** True for a `notificationsResponse` whose `Ack` is true, every element in its own namespace. */
export function isAcknowledgement(body: string): boolean {
  let document: unknown;
  try {
    document = new XMLParser({
      ignoreAttributes: false,
      attributeNamePrefix: '@',
      processEntities: false,
      parseTagValue: false,
      trimValues: true,
    }).parse(body);
  } catch {
    return false;
  }
  const way = [
    ['Envelope', SOAP],
    ['Body', SOAP],
    ['notificationsResponse', OUTBOUND],
    ['Ack', OUTBOUND],
  ] as const;
  let current: unknown = document;
  let spaces: Readonly<Record<string, string>> = {};
  for (const [name, namespace] of way) {
    const found = childOf(current, name, namespace, spaces);
    if (found === undefined) return false;
    current = found.node;
    spaces = found.spaces;
  }
  const text = typeof current === 'string' ? current : isNode(current) ? current['#text'] : undefined;
  return text === 'true' || text === '1';
}

function childOf(parent: unknown, name: string, namespace: string, spaces: Readonly<Record<string, string>>) {
  if (!isNode(parent)) return undefined;
  for (const [tag, node] of Object.entries(parent)) {
    const [prefix, local] = tag.includes(':') ? tag.split(':') : ['', tag];
    const known = { ...spaces, ...declaredBy(node) };
    if (local === name && known[prefix ?? ''] === namespace) return { node, spaces: known };
  }
  return undefined;
}

/** Prefix to namespace; the default one under the empty prefix. */
function declaredBy(node: unknown): Record<string, string> {
  if (!isNode(node)) return {};
  return Object.fromEntries(
    Object.entries(node).flatMap(([name, value]) => {
      const prefix = /^@xmlns(?::(.+))?$/.exec(name);
      return prefix === null ? [] : [[prefix[1] ?? '', String(value)]];
    }),
  );
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null;
}
