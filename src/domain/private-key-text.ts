// A private key as text, out of the shapes that secret stores, YAML and copy and paste press it into: a byte order mark,
// CRLF, quotes around it, a literal \n for each newline, indentation, blanks or nothing where newlines were, a lost final
// newline, base64 of the whole file. The base64 between BEGIN and END survives all of that, so it is wrapped anew.

const BLOCK = /-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----([\s\S]*?)-----END \1-----/;
/** Of a PEM file encrypted in the old way (RFC 1421); `Proc-Type` and `DEK-Info` lines. */
const PEM_HEADER = /^\s*Proc-Type:\s*4,\s*ENCRYPTED\s+DEK-Info:\s*([A-Za-z0-9-]+),\s*([0-9A-Fa-f]+)/;
const PPK = /^PuTTY-User-Key-File-/;
/** How often a file may have been wrapped in quotes or base64, by one store upon the other. */
const LAYERS = 3;

/** What a private key file starts with, whatever its form. */
export const looksLikePrivateKey = (text: string): boolean =>
  /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/.test(text) || PPK.test(text);

/** The text as the program that made the key wrote it, as far as that can be told; never fails. */
export function tidyPrivateKey(text: string): string {
  let tidy = text;
  for (let layer = 0; layer < LAYERS; layer++) {
    tidy = unquoted(lines(tidy));
    if (looksLikePrivateKey(tidy)) break;
    const decoded = decodedBase64(tidy);
    if (decoded === null) break;
    tidy = decoded;
  }
  const block = BLOCK.exec(tidy);
  return block ? wrapped(block[1] ?? '', block[2] ?? '') : `${tidy}\n`;
}

/** Real newlines, no indentation, no byte order mark. */
const lines = (text: string): string =>
  text
    .replace(/^\ufeff/, '')
    .replaceAll(/\\r(?=\\n)|\r(?=\n)/g, '')
    .replaceAll(/\\n|\r/g, '\n')
    .replaceAll(/^[ \t]+|[ \t]+$/gm, '')
    .trim();

const unquoted = (text: string): string => /^(["'`])([\s\S]*)\1$/.exec(text)?.[2]?.trim() ?? text;

function decodedBase64(text: string): string | null {
  const packed = text.replaceAll(/\s/g, '');
  if (packed.length < 64 || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(packed)) return null;
  const decoded = Buffer.from(packed, 'base64').toString('utf8');
  return /^[\ufeff\t\r\n -~]+$/.test(decoded) ? decoded : null;
}

function wrapped(label: string, inside: string): string {
  const header = PEM_HEADER.exec(inside);
  const base64 = inside.slice(header?.[0].length ?? 0).replaceAll(/\s/g, '');
  const body = base64.match(/.{1,64}/g) ?? [];
  const head = header ? ['Proc-Type: 4,ENCRYPTED', `DEK-Info: ${header[1]},${header[2]}`, ''] : [];
  return [`-----BEGIN ${label}-----`, ...head, ...body, `-----END ${label}-----`, ''].join('\n');
}
