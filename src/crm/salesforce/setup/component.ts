import { XMLBuilder } from 'fast-xml-parser';

/** One piece of metadata in source format. */
export interface Component {
  /** Metadata type as package.xml names it. */
  readonly type: string;
  /** Member as package.xml names it. */
  readonly member: string;
  /** Below `main/default` of its package directory. */
  readonly path: string;
  readonly text: string;
}

const NAMESPACE = 'http://soap.sforce.com/2006/04/metadata';

const builder = new XMLBuilder({ format: true, indentBy: '    ', ignoreAttributes: false });

/** Elements in the order in which they are given, which is the one in which the org itself writes them. */
export type Elements = {
  readonly [name: string]: string | number | boolean | Elements | readonly (string | Elements)[];
};

/** A metadata file with this root element (Metadata API Developer Guide, "Sample package.xml Manifest Files"). */
export function metadataXml(root: string, elements: Elements): string {
  const body: unknown = builder.build({ [root]: { '@_xmlns': NAMESPACE, ...elements } });
  return `<?xml version="1.0" encoding="UTF-8"?>\n${String(body)}`;
}
