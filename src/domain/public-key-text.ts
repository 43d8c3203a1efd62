// The public half of a key, from texts that need no passphrase: a .pub file, a certificate, an openssh-key-v1 file.

import { certifiedKey, isPlainKey, keyType } from './host-key.ts';
import { readStrings } from './ssh-wire.ts';

/** The key or certificate of a line `TYPE BASE64 [COMMENT]`; null if the text is no such line. */
export function publicKeyOf(text: string): Buffer | null {
  const line = text.split('\n').find(l => l.trim() !== '' && !l.trim().startsWith('#')) ?? '';
  const [type, base64] = line.trim().split(/[ \t]+/);
  if (!type || !base64 || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return null;
  const blob = Buffer.from(base64, 'base64');
  return keyType(blob) === type && (isPlainKey(blob) || certifiedKey(blob) !== null) ? blob : null;
}

/** What the unencrypted head of an openssh-key-v1 file tells (PROTOCOL.key). */
export interface OpenSshHead {
  readonly blob: Buffer;
  readonly encrypted: boolean;
}

const MAGIC = Buffer.from('openssh-key-v1\0');

/** Reads the head; `text` is what `tidyPrivateKey` gives. Null for other forms. */
export function openSshHead(text: string): OpenSshHead | null {
  const base64 = /^-----BEGIN OPENSSH PRIVATE KEY-----\n([\s\S]*)\n-----END/.exec(text)?.[1];
  if (base64 === undefined) return null;
  const bytes = Buffer.from(base64, 'base64');
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) return null;
  const head = readStrings(bytes, 3, MAGIC.length);
  // The number of keys in between is always 1.
  const key = head && readStrings(bytes, 1, head.end + 4);
  const [cipher] = head?.strings ?? [];
  const [blob] = key?.strings ?? [];
  return cipher && blob ? { blob, encrypted: cipher.toString('latin1') !== 'none' } : null;
}
