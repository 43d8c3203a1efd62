import { decodeBytes } from './escape.ts';

/** True if the bytes are not text: they hold a NUL. */
export const isBinary = (bytes: Buffer): boolean => bytes.includes(0);

/**
 * A file's text. Bytes that are not UTF-8 come out as `\xNN`; this is decided line by line, so that one stray byte does
 * not make every other line with an umlaut look different from Git's.
 */
export function fileText(bytes: Buffer): string {
  const whole = bytes.toString('utf8');
  if (Buffer.from(whole, 'utf8').equals(bytes)) return whole;
  return bytes
    .toString('latin1')
    .split('\n')
    .map(line => decodeBytes(Buffer.from(line, 'latin1')))
    .join('\n');
}

/** How many lines a text has; a last line without newline counts. */
export function countLines(text: string): number {
  let lines = text === '' || text.endsWith('\n') ? 0 : 1;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}
