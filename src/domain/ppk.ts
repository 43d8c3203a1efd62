// PuTTY's private key files, versions 2 and 3 (PuTTY manual, appendix C).

import { createDecipheriv, createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { wireString } from './ssh-wire.ts';

/** Both halves of a key in the wire form; `secret` is laid out by `ppkNumbers`' rules. */
export interface Ppk {
  readonly blob: Buffer;
  readonly secret: Buffer;
}

/** Why a file gives no key. */
export type PpkTrouble =
  | 'passphrase-needed'
  | 'passphrase-wrong'
  /** Argon2, which Node cannot before version 24. */
  | 'argon2'
  | 'damaged';

const FILE =
  /^PuTTY-User-Key-File-([23]): (\S+)\nEncryption: (\S+)\nComment: (.*)\nPublic-Lines: \d+\n([\s\S]+?)\n((?:(?:Key-Derivation|Argon2-\w+): .*\n)*)Private-Lines: \d+\n([\s\S]+?)\nPrivate-MAC: ([0-9a-fA-F]+)/;

/** Reads a file; null if the text is no PPK file at all. */
export function readPpk(text: string, passphrase: string | null): Ppk | PpkTrouble | null {
  if (!text.startsWith('PuTTY-User-Key-File-')) return null;
  const match = FILE.exec(text);
  if (!match) return 'damaged';
  const [
    ,
    version,
    type = '',
    encryption = '',
    comment = '',
    publicLines = '',
    ,
    privateLines = '',
    mac = '',
  ] = match;
  const encrypted = encryption !== 'none';
  if (encrypted && version === '3') return 'argon2';
  if (encrypted && encryption !== 'aes256-cbc') return 'damaged';
  if (encrypted && passphrase === null) return 'passphrase-needed';
  const blob = Buffer.from(publicLines, 'base64');
  const stored = Buffer.from(privateLines, 'base64');
  if (encrypted && stored.length % 16 !== 0) return 'damaged';
  const secret = encrypted ? decrypted(stored, passphrase ?? '') : stored;
  const signed = Buffer.concat([type, encryption, comment, blob, secret].map(wireString));
  const expected =
    version === '3'
      ? createHmac('sha256', '').update(signed).digest()
      : createHmac('sha1', macKey(encrypted ? (passphrase ?? '') : ''))
          .update(signed)
          .digest();
  const given = Buffer.from(mac, 'hex');
  if (given.length === expected.length && timingSafeEqual(given, expected)) return { blob, secret };
  return encrypted ? 'passphrase-wrong' : 'damaged';
}

const sha1 = (...parts: readonly (string | Buffer)[]): Buffer => {
  const hash = createHash('sha1');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

const macKey = (passphrase: string): Buffer => sha1('putty-private-key-file-mac-key', passphrase);

function decrypted(stored: Buffer, passphrase: string): Buffer {
  const key = Buffer.concat([0, 1].map(n => sha1(Buffer.of(0, 0, 0, n), passphrase))).subarray(0, 32);
  const cipher = createDecipheriv('aes-256-cbc', key, Buffer.alloc(16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(stored), cipher.final()]);
}
