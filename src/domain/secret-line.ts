import { fileText } from './file-text.ts';
import { createRedactor } from './redact.ts';

/** The line, from 1, in which the first password or key of a file begins; null if none is found. */
export function firstSecretLine(bytes: Buffer): number | null {
  const text = fileText(bytes);
  const redacted = createRedactor()(text);
  if (redacted === text) return null;
  let at = 0;
  while (text[at] === redacted[at]) at += 1;
  return text.slice(0, at).split('\n').length;
}
