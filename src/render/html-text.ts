// HTML from data: everything that is put into a template is escaped, unless it is HTML already.

import { escapeText } from '../domain/escape.ts';

/** A piece of HTML that is written already. */
export type Html = { readonly html: string };

type Value = Html | string | number | readonly Html[] | null;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escapeHtml = (text: string): string =>
  escapeText(text).replace(/[&<>"']/g, char => ENTITIES[char] ?? char);

function written(value: Value): string {
  if (value === null) return '';
  if (typeof value === 'string') return escapeHtml(value);
  if (typeof value === 'number') return `${value}`;
  return 'html' in value ? value.html : value.map(({ html: part }) => part).join('');
}

/** A template whose values are escaped: text, also in quoted attributes. Tabs and newlines in a value are escaped too. */
export const html = (strings: TemplateStringsArray, ...values: readonly Value[]): Html => ({
  html: strings.reduce((text, part, i) => text + written(values[i - 1] ?? null) + part),
});

/** One line of a file; a tab stays what it is. */
export const htmlLine = (text: string): Html => ({ html: text.split('\t').map(escapeHtml).join('\t') });
