import type { XmlElement } from './xml-tree.ts';

interface Problem {
  readonly ok: false;
  readonly code: string;
  readonly sentence: string;
}

export type Found = { readonly ok: true; readonly element: XmlElement } | Problem;

/** The one child of that name. One in another namespace is a problem, not absent; two of them say nothing certain. */
export function childOf(parent: XmlElement, name: string, namespaces: readonly string[]): Found {
  const named = parent.children.filter((child) => child.name === name);
  const [element] = named;
  if (element === undefined) {
    return { ok: false, code: 'field.missing', sentence: `${parent.name} has no ${name}` };
  }
  const foreign = named.find(({ namespace }) => !namespaces.includes(namespace));
  if (foreign !== undefined) {
    const sentence = `${name} is in the namespace "${foreign.namespace.slice(0, 100)}", wanted is "${namespaces[0] ?? ''}"`;
    return { ok: false, code: 'xml.namespace', sentence };
  }
  if (named.length > 1) {
    return {
      ok: false,
      code: 'field.wrong',
      sentence: `${parent.name} has ${named.length} times ${name}, wanted is one`,
    };
  }
  return { ok: true, element };
}

/** Its text without the spaces around it; an empty element counts as missing, one with children as wrong. */
export function textOf(found: Found): { readonly ok: true; readonly text: string } | Problem {
  if (!found.ok) return found;
  const { name, children, text } = found.element;
  if (children.length > 0)
    return { ok: false, code: 'field.wrong', sentence: `${name} holds elements instead of text` };
  if (text.trim() === '') return { ok: false, code: 'field.missing', sentence: `${name} is empty` };
  return { ok: true, text: text.trim() };
}
