// Git's form for contents that no text diff can carry: deflated, in a base85 of Git's own (its digits are not Ascii85's),
// at most 52 bytes to a line, whose first letter says how many. Described nowhere; base85.c and diff.c of Git write it.

import { deflateSync } from 'node:zlib';

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~';
const BYTES_PER_LINE = 52;

/** Four bytes become five digits, the most significant first; a short rest is filled up with zeros. */
export function base85(bytes: Buffer): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 4) {
    let number = 0;
    for (let i = 0; i < 4; i += 1) number = number * 256 + (bytes[at + i] ?? 0);
    let group = '';
    for (let i = 0; i < 5; i += 1) {
      group = DIGITS.charAt(number % 85) + group;
      number = Math.floor(number / 85);
    }
    text += group;
  }
  return text;
}

const lengthLetter = (bytes: number): string => String.fromCharCode(bytes <= 26 ? 64 + bytes : 70 + bytes);

function literal(contents: Buffer): string {
  const packed = deflateSync(contents);
  const lines = [`literal ${contents.length}`];
  for (let at = 0; at < packed.length; at += BYTES_PER_LINE) {
    const part = packed.subarray(at, at + BYTES_PER_LINE);
    lines.push(lengthLetter(part.length) + base85(part));
  }
  return `${lines.join('\n')}\n\n`;
}

/** The body of a patch that turns `from` into `to`, and back with `git apply -R`. */
export const binaryPatch = (from: Buffer, to: Buffer): string =>
  `GIT binary patch\n${literal(to)}${literal(from)}`;

/** How a repository names its objects. */
export type ObjectFormat = 'sha1' | 'sha256';

/** Digits of a name. Git checks the names of both sides before and after it applies a binary patch. */
export const ID_DIGITS: Readonly<Record<ObjectFormat, number>> = { sha1: 40, sha256: 64 };

/** The name of nothing: what a patch says of a side without the file. */
export const noBlob = (format: ObjectFormat): string => '0'.repeat(ID_DIGITS[format]);
