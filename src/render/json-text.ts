import { needsEscape } from '../domain/escape.ts';

/**
 * JSON without control, bidirectional or zero-width characters: all stand as `\uNNNN`, which means the same to a reader
 * of JSON and cannot do anything to a terminal. `indent` is the number of spaces, 0 for one line. Ends with a newline.
 */
export const jsonText = (value: unknown, indent: number): string =>
  `${JSON.stringify(value, null, indent).replace(/[^\n -~]/g, char =>
    needsEscape(char) ? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}` : char,
  )}\n`;
