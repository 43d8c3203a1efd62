// The numbers of a PPK file as a key of node:crypto. PuTTY stores what is secret in the order of SSH's wire form and
// leaves out what can be computed.

import { createPrivateKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { keyType } from '../../domain/host-key.ts';
import type { Ppk } from '../../domain/ppk.ts';
import { readStrings } from '../../domain/ssh-wire.ts';

/** Null for types that are not signed with here, and for numbers that make no key. */
export function ppkPrivateKey({ blob, secret }: Ppk): KeyObject | null {
  try {
    const jwk = JWK[keyType(blob)]?.(blob, secret);
    return jwk ? createPrivateKey({ key: jwk, format: 'jwk' }) : null;
  } catch {
    return null;
  }
}

const text = (bytes: Buffer | undefined): string => (bytes ?? Buffer.alloc(0)).toString('base64url');
/** Numbers of the wire have a zero in front where the first bit is set. */
const digits = (bytes: Buffer | undefined): Buffer =>
  Buffer.from((bytes ?? Buffer.alloc(0)).toString('hex').replace(/^(00)+/, ''), 'hex');

const fields = (bytes: Buffer, count: number): readonly Buffer[] => readStrings(bytes, count)?.strings ?? [];

function rsa(blob: Buffer, secret: Buffer): JsonWebKey {
  const [, e, n] = fields(blob, 3);
  const [d, p, q, qi] = fields(secret, 4).map(digits);
  const number = (bytes: Buffer | undefined): bigint => BigInt(`0x${bytes?.toString('hex') || '0'}`);
  const modulo = (prime: Buffer | undefined): string => {
    const hex = (number(d) % (number(prime) - 1n)).toString(16);
    return text(Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex'));
  };
  const [dp, dq] = [modulo(p), modulo(q)];
  const open = { kty: 'RSA', n: text(digits(n)), e: text(digits(e)) };
  return { ...open, d: text(d), p: text(p), q: text(q), dp, dq, qi: text(qi) };
}

const ecdsa =
  (crv: string, size: number) =>
  (blob: Buffer, secret: Buffer): JsonWebKey => {
    const point = fields(blob, 3)[2]?.subarray(1);
    const d = digits(fields(secret, 1)[0]);
    const padded = Buffer.concat([Buffer.alloc(Math.max(0, size - d.length)), d]);
    const half = { x: text(point?.subarray(0, size)), y: text(point?.subarray(size)) };
    return { kty: 'EC', crv, ...half, d: text(padded) };
  };

const ed25519 = (blob: Buffer, secret: Buffer): JsonWebKey => ({
  kty: 'OKP',
  crv: 'Ed25519',
  x: text(fields(blob, 2)[1]),
  d: text(fields(secret, 1)[0]),
});

const JWK: Readonly<Record<string, (blob: Buffer, secret: Buffer) => JsonWebKey>> = {
  'ssh-rsa': rsa,
  'ecdsa-sha2-nistp256': ecdsa('P-256', 32),
  'ecdsa-sha2-nistp384': ecdsa('P-384', 48),
  'ecdsa-sha2-nistp521': ecdsa('P-521', 66),
  'ssh-ed25519': ed25519,
};
