// A private key from any of its text forms, ready to sign. OpenSSL reads PEM and PKCS#8; ssh2 reads OpenSSH's own form
// where it is encrypted, for its passphrase hash, bcrypt. What is not encrypted is read here, so that connecting need not
// wait until ssh2 is loaded. Whatever was read, node:crypto signs.

import { createPrivateKey, type JsonWebKey, type KeyObject, sign } from 'node:crypto';
import { isPlainKey } from '../../domain/host-key.ts';
import { openSshNumbers } from '../../domain/open-ssh-key.ts';
import { readPpk } from '../../domain/ppk.ts';
import { openSshHead } from '../../domain/public-key-text.ts';
import { wireNumber, wireString } from '../../domain/ssh-wire.ts';
import { halvesMatch } from './key-halves.ts';
import { ppkPrivateKey } from './ppk-private-key.ts';

/** A private key in memory. */
export interface SigningKey {
  /** The public half as it goes over the wire. */
  readonly blob: Buffer;
  /** Signs for an algorithm that {@link signatureAlgorithm} named; the result is what goes into a request. */
  readonly sign: (data: Buffer, algorithm: string) => Buffer;
}

/** Why a text gives no key; `detail` has no word of the key in it. */
export type KeyTrouble =
  | { readonly kind: 'encrypted' }
  | { readonly kind: 'wrong-passphrase' }
  | { readonly kind: 'unusable'; readonly detail: string };

/** Parses what `tidyPrivateKey` gives; null for no passphrase. OpenSSH's key derivation blocks for most of a second. */
export async function signingKey(text: string, passphrase: string | null): Promise<SigningKey | KeyTrouble> {
  const key = await privateKeyOf(text, passphrase);
  if ('kind' in key) return key;
  const jwk = numbersOf(key);
  const blob = jwk && publicBlob(jwk);
  if (jwk === null || blob === null || !isPlainKey(blob)) {
    const what = key.asymmetricKeyType ?? 'secret';
    const detail = what === 'rsa' ? 'it is shorter than 1024 bits' : `SSH servers take no ${what} keys`;
    return { kind: 'unusable', detail };
  }
  const named = openSshHead(text)?.blob ?? blob;
  // A server would refuse its signatures as it refuses a key that it does not know.
  if (!named.equals(blob) || !halvesMatch(jwk))
    return { kind: 'unusable', detail: 'the key is damaged: its halves do not match' };
  return { blob, sign: (data, algorithm) => signature(key, data, algorithm) };
}

export const isKeyTrouble = (value: SigningKey | KeyTrouble): value is KeyTrouble => 'kind' in value;

async function privateKeyOf(text: string, passphrase: string | null): Promise<KeyObject | KeyTrouble> {
  const ppk = readPpk(text, passphrase);
  if (ppk !== null) {
    if (ppk === 'passphrase-needed') return { kind: 'encrypted' };
    if (ppk === 'passphrase-wrong') return { kind: 'wrong-passphrase' };
    if (ppk === 'argon2') {
      const detail =
        'it is an encrypted PPK file of version 3; convert it: puttygen KEY.ppk -O private-openssh-new -o KEY';
      return { kind: 'unusable', detail };
    }
    const key = ppk === 'damaged' ? null : ppkPrivateKey(ppk);
    return key ?? { kind: 'unusable', detail: 'the PPK file is damaged, or of a kind that is not known' };
  }
  return /^-----BEGIN OPENSSH /.test(text) ? openSshKey(text, passphrase) : pemKey(text, passphrase);
}

async function openSshKey(text: string, passphrase: string | null): Promise<KeyObject | KeyTrouble> {
  const numbers = openSshNumbers(text);
  const plain = numbers && ppkPrivateKey(numbers);
  if (plain) return plain;
  // Also to say what is wrong with it.
  const { parseKey } = (await import('ssh2')).default.utils;
  try {
    const parsed = parseKey(text, passphrase ?? undefined);
    const key = Array.isArray(parsed) ? parsed[0] : parsed;
    if (key === undefined || key instanceof Error) return trouble(key?.message ?? 'it is empty', passphrase);
    return createPrivateKey(key.getPrivatePEM());
  } catch {
    // Numbers that nobody can calculate with: ssh2 throws, too, and OpenSSL.
    return { kind: 'unusable', detail: 'the key is damaged' };
  }
}

const trouble = (message: string, passphrase: string | null): KeyTrouble => {
  if (!/encrypted|passphrase|integrity/i.test(message))
    return { kind: 'unusable', detail: message.toLowerCase() };
  return passphrase === null ? { kind: 'encrypted' } : { kind: 'wrong-passphrase' };
};

function pemKey(text: string, passphrase: string | null): KeyObject | KeyTrouble {
  const encrypted = /ENCRYPTED/.test(text.slice(0, 200));
  if (encrypted && passphrase === null) return { kind: 'encrypted' };
  try {
    return createPrivateKey({
      key: text,
      format: 'pem',
      ...(passphrase !== null && encrypted && { passphrase }),
    });
  } catch {
    // A wrong passphrase shows as bad padding, or, once in 256 times, as nonsense inside.
    if (encrypted) return { kind: 'wrong-passphrase' };
    const cut = /-----BEGIN/.test(text) && !/-----END/.test(text);
    return { kind: 'unusable', detail: cut ? 'its END line is missing' : 'unsupported key format' };
  }
}

const CURVES: Readonly<Record<string, string>> = {
  'P-256': 'nistp256',
  'P-384': 'nistp384',
  'P-521': 'nistp521',
};

/** Null for a type that SSH has no form for. */
function numbersOf(key: KeyObject): JsonWebKey | null {
  if (!['rsa', 'ec', 'ed25519'].includes(key.asymmetricKeyType ?? '')) return null;
  try {
    return key.export({ format: 'jwk' });
  } catch {
    return null; // a curve without a name there
  }
}

function publicBlob(jwk: JsonWebKey): Buffer | null {
  const part = (text: string | undefined): Buffer => Buffer.from(text ?? '', 'base64url');
  if (jwk.kty === 'RSA')
    return Buffer.concat([wireString('ssh-rsa'), wireNumber(part(jwk.e)), wireNumber(part(jwk.n))]);
  if (jwk.kty === 'OKP') return Buffer.concat([wireString('ssh-ed25519'), wireString(part(jwk.x))]);
  const curve = CURVES[jwk.crv ?? ''];
  if (curve === undefined) return null;
  const point = Buffer.concat([Buffer.of(4), part(jwk.x), part(jwk.y)]);
  return Buffer.concat([wireString(`ecdsa-sha2-${curve}`), wireString(curve), wireString(point)]);
}

const HASHES: Readonly<Record<string, string>> = {
  'rsa-sha2-512': 'sha512',
  'rsa-sha2-256': 'sha256',
  'ecdsa-sha2-nistp256': 'sha256',
  'ecdsa-sha2-nistp384': 'sha384',
  'ecdsa-sha2-nistp521': 'sha512',
};

function signature(key: KeyObject, data: Buffer, algorithm: string): Buffer {
  const raw = sign(HASHES[algorithm] ?? null, data, { key, dsaEncoding: 'ieee-p1363' });
  const half = raw.length / 2;
  const value = algorithm.startsWith('ecdsa-')
    ? Buffer.concat([wireNumber(raw.subarray(0, half)), wireNumber(raw.subarray(half))])
    : raw;
  return Buffer.concat([wireString(algorithm), wireString(value)]);
}
