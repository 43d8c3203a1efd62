// Nothing from a server, a file name or a receiver reaches a terminal, a log or a report without passing here.
//
// Escaped as \xNN or \u{N}: C0 and C1 controls (tab and newline too, unless a caller splits lines first), DEL, and the
// bidirectional and unseen characters with which a text can be made to look like another one (Unicode TR 36): those
// without width, blank letters, variation selectors, tags. So are halves of surrogate pairs and noncharacters, of which
// every encoder makes something else.

// U+2800 is a letter of Braille, and blank.
const UNSAFE =
  /[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}\u2028\u2029\u2800\ufff9-\ufffb]/gu;

const escapeChar = (char: string): string => {
  const code = char.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
};

/** Makes one line of untrusted text safe to print: no control, bidirectional or zero-width character survives. */
export const escapeText = (text: string): string => text.replace(UNSAFE, escapeChar);

/** True if {@link escapeText} would change the text. */
export const needsEscape = (text: string): boolean => text.search(UNSAFE) !== -1;

/** Decodes bytes as UTF-8; bytes that are not valid UTF-8 come out as `\xNN`, one for each byte. */
export function decodeBytes(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return Buffer.from(bytes)
      .toString('latin1')
      .replace(/[\u0080-\u00ff]/g, escapeChar);
  }
}
