// Private keys whose frame is sound and whose numbers are not.

import { generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import { expect, test } from 'vitest';
import { openSshHead } from '../../../src/domain/public-key-text.ts';
import { wireNumber, wireString } from '../../../src/domain/ssh-wire.ts';
import { isKeyTrouble, signingKey } from '../../../src/io/ssh/signing-key.ts';
import { makeKey } from '../../support/keys.ts';
import { needs } from '../../support/programs.ts';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const JWK = privateKey.export({ format: 'jwk' });

const CHECK = Buffer.from('same');
const ONE = Buffer.of(0, 0, 0, 1);

/** An unencrypted RSA key in OpenSSH's own form, without padding, which the reader does not ask for. */
function openSshRsa(jwk: JsonWebKey): string {
  const [n, e, d, qi, p, q] = (['n', 'e', 'd', 'qi', 'p', 'q'] as const).map(name =>
    wireNumber(Buffer.from(jwk[name] ?? '', 'base64url')),
  ) as [Buffer, Buffer, Buffer, Buffer, Buffer, Buffer];
  const type = wireString('ssh-rsa');
  const parts = [
    ...[Buffer.from('openssh-key-v1\0'), wireString('none'), wireString('none'), wireString(''), ONE],
    wireString(Buffer.concat([type, e, n])),
    wireString(Buffer.concat([CHECK, CHECK, type, n, e, d, qi, p, q, wireString('comment')])),
  ];
  const label = 'OPENSSH PRIVATE KEY-----';
  return `-----BEGIN ${label}\n${Buffer.concat(parts).toString('base64')}\n-----END ${label}\n`;
}

const number = (digit: number): string => Buffer.of(digit).toString('base64url');

test('is one whose numbers fit, as a proof of the frame', async () => {
  expect(isKeyTrouble(await signingKey(openSshRsa(JWK), null))).toBe(false);
});

test.each([
  ['p is 1', { p: number(1) }],
  ['q is 1', { q: number(1) }],
  ['p is 0', { p: '' }],
  ['d is 0', { d: '' }],
  ['the inverse is 0', { qi: '' }],
  ['all are 0', { p: '', q: '', d: '', qi: '' }],
])('is no bug of ours: %s', async (_, spoilt) => {
  expect(await signingKey(openSshRsa({ ...JWK, ...spoilt }), null)).toEqual({
    kind: 'unusable',
    detail: 'the key is damaged',
  });
});

const MISMATCH = { kind: 'unusable', detail: 'the key is damaged: its halves do not match' };
const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });

test.each([
  ['n', { n: other.n ?? '' }],
  ['d', { d: other.d ?? '' }],
  ['p and q', { p: other.p ?? '', q: other.q ?? '' }],
  ['all of the private half', { ...other, n: JWK.n ?? '' }],
])('an RSA key with %s of another is told as that', async (_, spoilt) => {
  expect(await signingKey(openSshRsa({ ...JWK, ...spoilt }), null)).toEqual(MISMATCH);
});

test.each(['P-256', 'P-384', 'P-521'])(
  'a PEM key on %s with the point of another is told as that',
  async namedCurve => {
    const [mine, another] = [0, 1].map(() =>
      generateKeyPairSync('ec', { namedCurve }).privateKey.export({ format: 'der', type: 'sec1' }),
    ) as [Buffer, Buffer];
    expect(isKeyTrouble(await signingKey(pem(mine), null))).toBe(false);
    // The point is the last thing in it.
    const size = { 'P-256': 65, 'P-384': 97, 'P-521': 133 }[namedCurve] ?? 0;
    const mixed = Buffer.concat([mine.subarray(0, -size), another.subarray(-size)]);
    expect(await signingKey(pem(mixed), null)).toEqual(MISMATCH);
  },
);

const pem = (der: Buffer): string =>
  `-----BEGIN EC PRIVATE KEY-----\n${der.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END EC PRIVATE KEY-----\n`;

const { describe: withKeygen } = needs('ssh-keygen');
withKeygen('the public half in front of an OpenSSH key', () => {
  test.each([
    ['ed25519', ''],
    ['ed25519', 'open sesame'],
    ['ecdsa', ''],
    ['ecdsa', 'open sesame'],
  ] as const)('%s is that of another one, passphrase "%s"', async (type, passphrase) => {
    const [mine, another] = await Promise.all([makeKey(type, passphrase), makeKey(type, passphrase)]);
    const bytes = Buffer.from(mine.privateKey.split('\n').slice(1, -2).join(''), 'base64');
    another.blob.copy(bytes, bytes.indexOf(mine.blob));
    const label = 'OPENSSH PRIVATE KEY-----';
    const text = `-----BEGIN ${label}\n${bytes.toString('base64')}\n-----END ${label}\n`;
    expect(openSshHead(text)?.blob).toEqual(another.blob);
    expect(await signingKey(text, passphrase || null)).toEqual(MISMATCH);
  });
});
