import { needsEscape } from './escape.ts';

/**
 * True if these contents can be shown as they are: lines of visible characters, in UTF-8 or in an encoding with one byte
 * per character. A carriage return counts as part of a line's end and as nothing else.
 */
export const isPlainText = (contents: Buffer): boolean => {
  const whole = contents.toString('utf8');
  if (Buffer.from(whole, 'utf8').equals(contents)) return !needsEscape(whole.replace(/\t|\r?\n/g, ''));
  return !/[\0-\x08\x0b-\x1f\x7f-\x9f]/.test(contents.toString('latin1').replace(/\r\n/g, ''));
};
