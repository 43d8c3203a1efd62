import { needsEscape } from '../domain/escape.ts';

/**
 * JSON without control, bidirectional or zero-width characters: all stand as `\uNNNN`, which means the same to a reader
 * of JSON and cannot do anything to a terminal. `indent` is the number of spaces, 0 for one line. Ends with a newline.
 */
export const jsonText = (value: unknown, indent: number): string =>
  `${JSON.stringify(value, null, indent).replace(/[^\n -~]/gu, char =>
    needsEscape(char) ? spelt(char) : char,
  )}\n`;

/** One escape for each half of a character beyond U+FFFF, as JSON wants it. */
const spelt = (char: string): string =>
  Array.from(
    { length: char.length },
    (_, i) => `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`,
  ).join('');
