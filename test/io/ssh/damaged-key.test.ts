// Private keys whose frame is sound and whose numbers are not.

import { generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import { expect, test } from 'vitest';
import { wireNumber, wireString } from '../../../src/domain/ssh-wire.ts';
import { isKeyTrouble, signingKey } from '../../../src/io/ssh/signing-key.ts';

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
