// Untrusted text in Markdown, for readers who render it (GitHub, GitLab, Gitea and their kin differ in details). A text
// of ordinary characters stands as it is; of any other every sign that means something is a character reference, which
// no dialect reads as markup (CommonMark 2.5).

import { escapeText } from '../domain/escape.ts';

const reference = (char: string): string => `&#${char.codePointAt(0)};`;

/** A name: in a code span where that is enough, otherwise in an element that does the same. */
export const markdownCode = (name: string): string =>
  /^[\w./+-]+(?: [\w./+-]+)*$/.test(name)
    ? `\`${name}\``
    : `<code>${escapeText(name).replace(/[^\p{L}\p{N} ]/gu, reference)}</code>`;

/**
 * A sentence. Besides markup it could hold an address, which is made a link, or `@name`, which would call somebody even
 * when written as a reference: an empty comment keeps the sign from the name.
 */
export const markdownText = (text: string): string =>
  escapeText(text)
    .replace(/[!"#$%&*+<=>?@[\\\]^_`{|}~]|:(?=\/)|(?<=www)\./giu, reference)
    .replace(/&#(?:64|35);/g, sign => `${sign}<!-- -->`);

/** Lines in a fence that is longer than any in them. They must be safe to print. */
export function fence(lines: readonly string[], language: string): readonly string[] {
  const longest = lines.join('\n').match(/`+/g) ?? [];
  const ticks = '`'.repeat(Math.max(3, ...longest.map(run => run.length + 1)));
  return [ticks + language, ...lines, ticks];
}
