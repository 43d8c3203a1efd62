import { describe, expect, test } from 'vitest';
import { certifiedKey, fingerprint, isPlainKey, keyType } from '../../src/domain/host-key.ts';
import { wire, wireKey } from '../support/wire-key.ts';

const TYPES = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'ssh-rsa',
  'ssh-dss',
  'sk-ssh-ed25519@openssh.com',
  'sk-ecdsa-sha2-nistp256@openssh.com',
];

test.each([
  [
    'AAAAC3NzaC1lZDI1NTE5AAAAIFxbCkmg2cxB+HEgniYrd+DmeHOHywJvNjUmHW1ElRMD',
    'ssh-ed25519',
    'SHA256:xpH3UWyjV8xsdsMJR0SgETQgaC5+ucwvG337MtIuf4U',
  ],
  [
    'AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBBIVrEH2O51gqW4GZDf0f88xfAQWKaLFf7CkeZxrjlzlmDcwbiigTRaTscnqHlmOYyCGeNe9MHljyaSSO8lDUk8=',
    'ecdsa-sha2-nistp256',
    'SHA256:xeJmeMKqocO+NInyyGUABXRoCySHqEyGAM18YES3Mzs',
  ],
  [
    'AAAAB3NzaC1yc2EAAAADAQABAAAAgQDCXie57HqXpE4dC2baRKCp884HU0gM0QvNiU7CQzBK7Db9GqhwK/dc1nEcsyWZeGGx5q61SGpUWQHYzsiluwLTAFnADsyyrrA+/ym613rS4x2Dvdbo3/MGB6bhdE9lx7XkKrs75rzHZLNp5diOHWtHc/bJniKrpZdBoawAyq18Xw==',
    'ssh-rsa',
    'SHA256:TYHiGBIkSbiCmJm/izjdju2dU6H+k1Tg/BfsZ2G+u7s',
  ],
])('%s is read as ssh-keygen -lf reads it', (base64, type, print) => {
  const blob = Buffer.from(base64, 'base64');
  expect({ type: keyType(blob), print: fingerprint(blob), plain: isPlainKey(blob) }).toEqual({
    type,
    print,
    plain: true,
  });
});

describe.each(TYPES)('%s', type => {
  const key = wireKey(type, 7);

  test('is a plain key, and not one byte more or less', () => {
    expect(isPlainKey(key)).toBe(true);
    expect(isPlainKey(Buffer.concat([key, Buffer.of(0)]))).toBe(false);
    for (let size = 0; size < key.length; size++) expect(isPlainKey(key.subarray(0, size))).toBe(false);
  });

  test('is what its certificate certifies', () => {
    const fields = key.subarray(4 + type.length);
    const name = `${type.replace('@openssh.com', '')}-cert-v01@openssh.com`;
    const certificate = Buffer.concat([wire(name, 'nonce'), fields, Buffer.alloc(8), wire('signature')]);
    expect(certifiedKey(certificate)).toEqual(key);
    expect(isPlainKey(certificate)).toBe(false);
    expect(certifiedKey(key)).toBeNull();
  });
});

test.each([
  ['an unknown type', wire('ssh-xxx', 'key')],
  ['the name of an object property', wire('constructor', 'key')],
  ['no type', wire('', 'key')],
  ['nothing', Buffer.alloc(0)],
  ['a length beyond the end', Buffer.of(255, 255, 255, 255, 1)],
  ['an ECDSA key that names another curve', wire('ecdsa-sha2-nistp256', 'nistp384', Buffer.alloc(65, 4))],
  ['a compressed point', wire('ecdsa-sha2-nistp256', 'nistp256', Buffer.alloc(33, 2))],
  ['a short Ed25519 key', wire('ssh-ed25519', Buffer.alloc(31))],
  ['an RSA key of 1023 bits', wire('ssh-rsa', Buffer.of(1, 0, 1), Buffer.alloc(128, 0x7f))],
])('%s is no key', (_, blob) => {
  expect(isPlainKey(blob)).toBe(false);
  expect(certifiedKey(blob)).toBeNull();
});

test('an RSA key of 1024 bits is the shortest that counts, with its leading zero', () => {
  expect(isPlainKey(wire('ssh-rsa', Buffer.of(1, 0, 1), Buffer.alloc(128, 0x80)))).toBe(true);
  const signed = Buffer.concat([Buffer.of(0), Buffer.alloc(128, 0x80)]);
  expect(isPlainKey(wire('ssh-rsa', Buffer.of(1, 0, 1), signed))).toBe(true);
});

test('a blob without a type is of an unknown one', () => {
  expect(keyType(Buffer.alloc(3))).toBe('unknown');
  expect(keyType(wire(''))).toBe('unknown');
});

describe('a key whose fields are not those of its type', () => {
  const point = (bytes: number, form = 4): Buffer => Buffer.concat([Buffer.of(form), Buffer.alloc(bytes, 1)]);
  const modulus = (bits: number): Buffer =>
    Buffer.concat([Buffer.of(0, 0, 1 << ((bits - 1) % 8)), Buffer.alloc(Math.ceil(bits / 8) - 1)]);
  test.each([
    ['an Ed25519 point of 31 bytes', wire('ssh-ed25519', Buffer.alloc(31)), false],
    ['an Ed25519 point of 33 bytes', wire('ssh-ed25519', Buffer.alloc(33)), false],
    ['a point of P-256', wire('ecdsa-sha2-nistp256', 'nistp256', point(64)), true],
    ['a compressed point', wire('ecdsa-sha2-nistp256', 'nistp256', point(64, 2)), false],
    ['a point too short', wire('ecdsa-sha2-nistp256', 'nistp256', point(63)), false],
    ['an empty point', wire('ecdsa-sha2-nistp256', 'nistp256', ''), false],
    ['another curve', wire('ecdsa-sha2-nistp256', 'nistp384', point(64)), false],
    ['an RSA modulus of 1024 bits', wire('ssh-rsa', Buffer.of(3), modulus(1024)), true],
    ['an RSA modulus of 1023 bits', wire('ssh-rsa', Buffer.of(3), modulus(1023)), false],
    ['an RSA modulus of 1017 bits', wire('ssh-rsa', Buffer.of(3), modulus(1017)), false],
    ['an RSA modulus of 0', wire('ssh-rsa', Buffer.of(3), Buffer.alloc(200)), false],
    ['no RSA modulus', wire('ssh-rsa', Buffer.of(3), ''), false],
    ['a field missing', wire('ssh-rsa', Buffer.alloc(200, 1)), false],
    ['an unknown type', wire('ssh-none', Buffer.alloc(32)), false],
    ['a name that every object has', wire('constructor', Buffer.alloc(32)), false],
    ['no type', Buffer.alloc(0), false],
  ])('%s', (_what, blob, plain) => {
    expect(isPlainKey(blob)).toBe(plain);
  });

  test('a certificate that is cut off, or of a broken key, certifies nothing', () => {
    const type = 'ssh-ed25519-cert-v01@openssh.com';
    expect(certifiedKey(wire(type, 'nonce', Buffer.alloc(32)))).toEqual(
      wire('ssh-ed25519', Buffer.alloc(32)),
    );
    expect(certifiedKey(wire(type, 'nonce'))).toBeNull();
    expect(certifiedKey(wire(type, 'nonce', Buffer.alloc(31)))).toBeNull();
    expect(certifiedKey(wire('ssh-none-cert-v01@openssh.com', 'nonce', Buffer.alloc(32)))).toBeNull();
    expect(certifiedKey(wire('ssh-ed25519', 'nonce', Buffer.alloc(32)))).toBeNull();
    expect(keyType(Buffer.of(0, 0, 0, 9))).toBe('unknown');
  });
});
