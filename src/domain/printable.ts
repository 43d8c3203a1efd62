import { escapeText } from './escape.ts';
import { hideSecrets } from './redact.ts';

/** A text that whoever wrote it has made safe to print, part by part. */
export interface Printed {
  readonly printed: string;
}

// The order matters: an escaped line break would no longer end a value.

/** What may be shown of one line that quotes others (a server, a program, a receiver, a file): no secret, no control. */
export const printableLine = (text: string): string => escapeText(hideSecrets(text));

/** The same for a text of several lines, which stay lines. */
export const printableLines = (text: string): string =>
  hideSecrets(text).split('\n').map(escapeText).join('\n');
