// XML 1.0 from data. What it cannot hold even as a reference (most controls, halves of surrogate pairs, U+FFFE and
// U+FFFF: section 2.2, production Char) escapeText writes out, so that every parser takes the document.

import { escapeText } from '../domain/escape.ts';

/** A piece of XML that is written already. */
export type Xml = { readonly xml: string };

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** Any one-line text, safe in XML and in front of people's eyes. */
const xmlText = (text: string): string => escapeText(text).replace(/[&<>"]/g, char => ENTITIES[char] ?? char);

/** Text of several lines, in which tabs stay. */
const xmlLines = (text: string): string =>
  text
    .split('\n')
    .map(line => line.split('\t').map(xmlText).join('\t'))
    .join('\n');

/** An element with attributes in their order; children are elements or text. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string>>,
  children: readonly (Xml | string)[],
): Xml {
  const start = [name, ...Object.entries(attributes).map(([key, value]) => `${key}="${xmlText(value)}"`)];
  if (children.length === 0) return { xml: `<${start.join(' ')}/>` };
  const isText = children.some(child => typeof child === 'string');
  const inner = children.map(child => (typeof child === 'string' ? xmlLines(child) : child.xml));
  const gap = isText ? '' : '\n';
  return { xml: `<${start.join(' ')}>${gap}${inner.join(gap)}${gap}</${name}>` };
}

/** The whole document; ends with a newline. */
export const xmlDocument = (root: Xml): string => `<?xml version="1.0" encoding="UTF-8"?>\n${root.xml}\n`;
