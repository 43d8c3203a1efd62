// Private keys in OpenSSH's own form, as far as they are not encrypted (PROTOCOL.key).

import { isPlainKey, keyType } from './host-key.ts';
import type { Ppk } from './ppk.ts';
import { readStrings, wireString } from './ssh-wire.ts';

const MAGIC = Buffer.from('openssh-key-v1\0');
const BLOCK = /^-----BEGIN OPENSSH PRIVATE KEY-----\n([\s\S]*)\n-----END/;

/** Fields between the type and the comment, and which of them are secret, in PuTTY's order. */
interface Form {
  readonly fields: number;
  readonly secret: (fields: readonly Buffer[]) => readonly (Buffer | undefined)[];
}

const ECDSA: Form = { fields: 3, secret: ([, , d]) => [d] };
const FORMS: Readonly<Record<string, Form>> = {
  // The seed, and the public key again behind it.
  'ssh-ed25519': { fields: 2, secret: ([, both]) => [both?.subarray(0, 32)] },
  'ssh-rsa': { fields: 6, secret: ([, , d, inverse, p, q]) => [d, p, q, inverse] },
  'ecdsa-sha2-nistp256': ECDSA,
  'ecdsa-sha2-nistp384': ECDSA,
  'ecdsa-sha2-nistp521': ECDSA,
};

/** The numbers of a key, laid out as PuTTY does; null for every other form, an encrypted key, and a damaged one. */
export function openSshNumbers(text: string): Ppk | null {
  const bytes = Buffer.from(BLOCK.exec(text)?.[1] ?? '', 'base64');
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) return null;
  // Cipher, key derivation and its options; the number of keys; the public and the secret part.
  const head = readStrings(bytes, 3, MAGIC.length);
  if (head?.strings[0]?.toString() !== 'none' || head.end + 4 > bytes.length) return null;
  const [blob, inside] = readStrings(bytes, 2, head.end + 4)?.strings ?? [];
  if (bytes.readUInt32BE(head.end) !== 1 || blob === undefined || inside === undefined) return null;
  const type = keyType(blob);
  const form = Object.hasOwn(FORMS, type) ? FORMS[type] : undefined;
  // Two equal numbers, which differ after decryption with a wrong passphrase.
  const read = form && inside.length > 8 ? readStrings(inside, 1 + form.fields, 8) : null;
  if (!form || !read || !inside.subarray(0, 4).equals(inside.subarray(4, 8)) || !isPlainKey(blob))
    return null;
  const [named, ...fields] = read.strings;
  const secret = form.secret(fields);
  if (named?.toString('latin1') !== type || secret.some(part => !part?.length)) return null;
  return { blob, secret: Buffer.concat(secret.map(part => wireString(part ?? Buffer.alloc(0)))) };
}
