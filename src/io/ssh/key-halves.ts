// Whether a private key belongs to the public one that lies in the same file. OpenSSL takes both as they come.

import { createECDH, type JsonWebKey } from 'node:crypto';

const CURVES: Readonly<Record<string, string>> = {
  'P-256': 'prime256v1',
  'P-384': 'secp384r1',
  'P-521': 'secp521r1',
};

/** Of Ed25519 the public half is always made from the private one. */
export function halvesMatch(jwk: JsonWebKey): boolean {
  if (jwk.kty === 'RSA') return rsaMatches(jwk);
  const curve = CURVES[jwk.crv ?? ''];
  return curve === undefined || pointMatches(jwk, curve);
}

function rsaMatches(jwk: JsonWebKey): boolean {
  const number = (text: string | undefined): bigint =>
    BigInt(`0x0${Buffer.from(text ?? '', 'base64url').toString('hex')}`);
  const [n, product, p, q] = [number(jwk.n), number(jwk.e) * number(jwk.d), number(jwk.p), number(jwk.q)];
  return p * q === n && [p, q].every(prime => prime > 1n && product % (prime - 1n) === 1n);
}

function pointMatches({ d, x, y }: JsonWebKey, curve: string): boolean {
  const ecdh = createECDH(curve);
  try {
    ecdh.setPrivateKey(d ?? '', 'base64url');
  } catch {
    return false; // 0, or more than the curve has
  }
  return ecdh.getPublicKey('hex', 'uncompressed') === `04${hex(x)}${hex(y)}`;
}

const hex = (text: string | undefined): string => Buffer.from(text ?? '', 'base64url').toString('hex');
